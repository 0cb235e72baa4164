/** The cleanup: removes what is older than it has to be kept, in small steps, one node at a time. */
@NullMarked
package io.github.dingtalkinbox.internal.retention;

import org.jspecify.annotations.NullMarked;
