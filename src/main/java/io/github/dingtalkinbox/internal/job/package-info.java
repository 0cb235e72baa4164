/** What runs besides, at an interval. */
@NullMarked
package io.github.dingtalkinbox.internal.job;

import org.jspecify.annotations.NullMarked;
