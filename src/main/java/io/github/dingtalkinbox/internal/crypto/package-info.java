/** DingTalk's envelope: checks the signature, decrypts, encrypts the reply. Plain JDK. */
@NullMarked
package io.github.dingtalkinbox.internal.crypto;

import org.jspecify.annotations.NullMarked;
