/** What runs besides, at an interval, and on which node. */
@NullMarked
package io.github.dingtalkinbox.internal.job;

import org.jspecify.annotations.NullMarked;
