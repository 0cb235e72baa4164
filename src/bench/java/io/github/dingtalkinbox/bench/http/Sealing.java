package io.github.dingtalkinbox.bench.http;

import io.github.dingtalkinbox.internal.crypto.CallbackCrypto;
import io.github.dingtalkinbox.internal.crypto.Envelope;
import io.github.dingtalkinbox.testing.Service;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.util.HexFormat;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Does everything that can be done before the clock starts: encrypts a callback and writes its HTTP request. Safe for use
 * by many threads.
 */
final class Sealing {
    private final CallbackCrypto crypto = new CallbackCrypto(Service.CREDENTIALS);
    private final AtomicInteger nonces = new AtomicInteger();

    /** Under a nonce of its own, so that no two ciphertexts of a callback are equal. */
    Delivery seal(Callback callback) {
        String nonce = HexFormat.of().toHexDigits(nonces.incrementAndGet());
        Envelope sealed = crypto.seal(callback.json().getBytes(UTF_8), Long.toString(System.currentTimeMillis()), nonce);
        String body = sealed.toBody();
        String request = "POST /dingtalk/callback?" + sealed.toQuery() + " HTTP/1.1\r\n"
                + "Host: localhost\r\nContent-Type: application/json\r\nContent-Length: " + body.length() + "\r\n\r\n"
                + body;
        return new Delivery(callback, ByteBuffer.wrap(request.getBytes(US_ASCII)));
    }
}
