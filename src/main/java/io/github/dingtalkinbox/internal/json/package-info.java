/** Reads and writes JSON so that equal content gives equal text, and nothing is lost. */
@NullMarked
package io.github.dingtalkinbox.internal.json;

import org.jspecify.annotations.NullMarked;
