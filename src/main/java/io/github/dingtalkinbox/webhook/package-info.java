/** The HTTP entrance: bytes, signature, decryption, receiver, encrypted {@code success}. */
@NullMarked
package io.github.dingtalkinbox.webhook;

import org.jspecify.annotations.NullMarked;
