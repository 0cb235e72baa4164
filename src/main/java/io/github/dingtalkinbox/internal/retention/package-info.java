/** The cleanup: removes rows whose retention is over, in small steps, on one node at a time. */
@NullMarked
package io.github.dingtalkinbox.internal.retention;

import org.jspecify.annotations.NullMarked;
