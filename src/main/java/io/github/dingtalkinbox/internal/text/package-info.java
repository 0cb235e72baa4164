/** Texts for people: messages in their language, and texts from outside, made safe to show. */
@NullMarked
package io.github.dingtalkinbox.internal.text;

import org.jspecify.annotations.NullMarked;
