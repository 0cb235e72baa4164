/** Events that are accepted and not processed yet: they wait, are tried in their order, and again, until they take effect. */
@NullMarked
package io.github.dingtalkinbox.internal.queue;

import org.jspecify.annotations.NullMarked;
