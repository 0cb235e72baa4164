/** What runs besides, at an interval. */
@NullMarked
package io.github.dingtalkinbox.job;

import org.jspecify.annotations.NullMarked;
