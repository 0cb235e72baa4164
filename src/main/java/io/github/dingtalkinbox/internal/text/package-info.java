/** What people read: messages in their language, and the texts of strangers, made fit to be shown. */
@NullMarked
package io.github.dingtalkinbox.internal.text;

import org.jspecify.annotations.NullMarked;
