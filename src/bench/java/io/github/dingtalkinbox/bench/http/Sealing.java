package io.github.dingtalkinbox.bench.http;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import io.github.dingtalkinbox.crypto.CallbackCrypto;
import io.github.dingtalkinbox.crypto.Envelope;
import io.github.dingtalkinbox.testing.Service;
import java.net.URI;
import java.nio.ByteBuffer;
import java.util.HexFormat;
import java.util.concurrent.atomic.AtomicInteger;

/** Does everything that can be done before the clock starts: encrypts callbacks and writes their HTTP requests. */
final class Sealing {
    private final URI url;
    private final CallbackCrypto crypto = new CallbackCrypto(Service.CREDENTIALS);
    private final AtomicInteger nonces = new AtomicInteger();

    Sealing(URI url) {
        this.url = url;
    }

    /** Under a nonce of its own, so that no two ciphertexts of a callback are equal. */
    Delivery seal(Callback callback) {
        String nonce = HexFormat.of().toHexDigits(nonces.incrementAndGet());
        Envelope sealed = crypto.seal(callback.json().getBytes(UTF_8), "1790000000680", nonce);
        String body = "{\"encrypt\":\"" + sealed.encrypt() + "\"}";
        String head = """
                POST %s?signature=%s&msg_signature=%2$s&timestamp=%s&nonce=%s HTTP/1.1
                Host: %s
                Content-Type: application/json
                Content-Length: %d

                """.formatted(
                url.getPath(), sealed.signature(), sealed.timestamp(), sealed.nonce(), url.getAuthority(), body.length());
        byte[] request = (head.replace("\n", "\r\n") + body).getBytes(US_ASCII);
        return new Delivery(callback, ByteBuffer.wrap(request));
    }
}
