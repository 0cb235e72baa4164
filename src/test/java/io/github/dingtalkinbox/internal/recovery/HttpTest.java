package io.github.dingtalkinbox.internal.recovery;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.dingtalkinbox.internal.http.Http;
import io.github.dingtalkinbox.internal.http.HttpClients;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.time.Clock;
import java.time.Duration;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class HttpTest {
    private final Http http = new Http(HttpClients.through(null), Duration.ofSeconds(10));

    @Test
    void anAnswerIsReadToItsLimit() throws Exception {
        byte[] atTheLimit = new byte[Http.LARGEST];
        byte[] tooLarge = new byte[Http.LARGEST + 1];
        Arrays.fill(atTheLimit, (byte) 'x');
        Arrays.fill(tooLarge, (byte) 'x');
        try (LocalDingTalk server = LocalDingTalk.start()) {
            server.answersTokensWith(new String(atTheLimit, US_ASCII));
            assertThat(http.send(HttpRequest.newBuilder(URI.create(server.url() + "/gettoken"))))
                    .satisfies(whole -> {
                        assertThat(whole.body()).isEqualTo(atTheLimit);
                        assertThat(whole.cut()).isNull();
                    });

            server.answersTokensWith(new String(tooLarge, US_ASCII));
            assertThat(http.send(HttpRequest.newBuilder(URI.create(server.url() + "/gettoken"))))
                    .satisfies(cut -> {
                        assertThat(cut.body()).isEqualTo(atTheLimit);
                        assertThat(cut.cut()).isEqualTo("it is larger than 16777216 bytes");
                    });
        }
    }

    @Test
    void nobodyThereIsAFailure() {
        URI nobody = URI.create("http://127.0.0.1:1"); // nobody else takes that port meanwhile
        assertThatThrownBy(() -> http.send(HttpRequest.newBuilder(nobody))).isInstanceOf(IOException.class);
    }

    @Test
    void aRedirectIsNotFollowed() throws Exception {
        try (LocalDingTalk server = LocalDingTalk.start()) {
            server.willDo(exchange -> {
                exchange.getResponseHeaders().add("Location", server.url() + "/gettoken");
                LocalDingTalk.send(exchange, 302, new byte[0]);
            });
            var api = new DingTalkApi(http, server.url(), LocalDingTalk.KEYS, Clock.systemUTC());

            assertThat(api.failedCallbacks(api.token()).status()).isEqualTo(302);
            assertThat(server.tokenCalls()).isOne();
        }
    }
}
