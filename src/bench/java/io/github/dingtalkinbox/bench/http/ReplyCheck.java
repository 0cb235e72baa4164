package io.github.dingtalkinbox.bench.http;

import io.github.dingtalkinbox.internal.crypto.CallbackCrypto;
import io.github.dingtalkinbox.internal.crypto.Envelope;
import io.github.dingtalkinbox.testing.Service;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Opens replies as DingTalk does. Safe for use by many threads. */
final class ReplyCheck {
    private static final JsonMapper JSON = new JsonMapper();

    private final CallbackCrypto crypto = new CallbackCrypto(Service.CREDENTIALS);

    void requireSuccess(Reply reply) {
        JsonNode body = JSON.readTree(reply.body());
        byte[] said = crypto.open(new Envelope(
                body.path("msg_signature").asString(),
                body.path("timeStamp").asString(),
                body.path("nonce").asString(),
                body.path("encrypt").asString()));
        assertThat(new String(said, UTF_8)).isEqualTo("success");
    }
}
