/** DingTalk's envelope: check the signature, decrypt, encrypt the reply. Plain JDK. */
@NullMarked
package io.github.dingtalkinbox.internal.crypto;

import org.jspecify.annotations.NullMarked;
