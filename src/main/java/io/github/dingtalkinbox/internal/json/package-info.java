/** Reads and writes JSON so that equal content gives equal text, and nothing of it is lost. */
@NullMarked
package io.github.dingtalkinbox.internal.json;

import org.jspecify.annotations.NullMarked;
