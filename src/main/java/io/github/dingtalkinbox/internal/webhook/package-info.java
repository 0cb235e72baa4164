/** The HTTP entrance: bytes, signature, decryption, receiver, encrypted {@code success}. */
@NullMarked
package io.github.dingtalkinbox.internal.webhook;

import org.jspecify.annotations.NullMarked;
