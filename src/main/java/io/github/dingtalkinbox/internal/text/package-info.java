/** What people read: the texts of strangers, made fit to be shown. */
@NullMarked
package io.github.dingtalkinbox.internal.text;

import org.jspecify.annotations.NullMarked;
