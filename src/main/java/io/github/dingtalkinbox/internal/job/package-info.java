/** Work that is repeated in the background, and the name of the node that does it. */
@NullMarked
package io.github.dingtalkinbox.internal.job;

import org.jspecify.annotations.NullMarked;
