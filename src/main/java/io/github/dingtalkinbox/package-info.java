/** What an application uses of the inbox. All else, in {@code internal} and {@code service}, may change at any time. */
@NullMarked
package io.github.dingtalkinbox;

import org.jspecify.annotations.NullMarked;
