package io.github.dingtalkinbox.internal.telemetry;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.github.dingtalkinbox.internal.crypto.Envelope;
import io.github.dingtalkinbox.testing.Postgres;
import io.github.dingtalkinbox.testing.Service;
import io.github.dingtalkinbox.testing.TestDatabase;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.springframework.context.ApplicationContext;

/** Spans, as whoever collects them gets them. */
@Postgres
class TracingPostgresTest {
    private static final String SAID = "what-it-says-4711";
    private static final String EVENT =
            "{\"EventType\":\"traced\",\"corpId\":\"dingtraced\",\"eventId\":\"one\",\"title\":\"" + SAID + "\"}";

    @Test
    void theSpanOfACallbackSaysWhatItWasAndNothingOfWhatItSays(TestDatabase database) throws Exception {
        try (Collector collector = new Collector()) {
            Envelope envelope;
            try (Service service = Service.start(
                    database,
                    "management.tracing.export.enabled=true",
                    "management.tracing.sampling.probability=1",
                    "management.opentelemetry.tracing.export.otlp.endpoint=" + collector.url())) {
                envelope = service.client().seal(EVENT);
                assertThat(service.client().send(envelope).status()).isEqualTo(200);
                assertThat(service.client().send(envelope).status()).isEqualTo(200);
            } // its end sends what has not been sent
            assertThat(collector.received())
                    .contains(
                            "http post /dingtalk/callback/default",
                            "dingtalk.app",
                            "dingtalk.type",
                            "traced",
                            "dingtalk.event_id",
                            "default:one",
                            "dingtalk.outcome",
                            "processed",
                            "duplicate")
                    .doesNotContain(
                            SAID,
                            Service.CREDENTIALS.token(),
                            Service.CREDENTIALS.aesKey(),
                            envelope.signature(),
                            envelope.encrypt());
        }
    }

    @Test
    void unlessAskedForNothingOfItIsThere(TestDatabase database) {
        try (Service service = Service.start(List.of(Beans.class), database)) {
            assertThat(service.bean(Beans.class).types())
                    .anyMatch(type -> type.contains("micrometer"))
                    .noneMatch(type -> type.contains("micrometer.tracing") || type.contains("opentelemetry"))
                    .doesNotContain(CallbackSpans.class.toString());
        }
    }

    /** What the service consists of. */
    static final class Beans {
        private final ApplicationContext context;

        Beans(ApplicationContext context) {
            this.context = context;
        }

        List<String> types() {
            return Stream.of(context.getBeanDefinitionNames())
                    .map(name -> String.valueOf(context.getType(name)))
                    .toList();
        }
    }

    /** Takes spans as OpenTelemetry sends them: in a binary form in which texts are texts. */
    private static final class Collector implements AutoCloseable {
        private final HttpServer server;
        private final List<String> bodies = new CopyOnWriteArrayList<>();

        Collector() throws IOException {
            server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
            server.createContext("/v1/traces", this::take);
            server.start();
        }

        String url() {
            return "http://localhost:" + server.getAddress().getPort() + "/v1/traces";
        }

        String received() {
            return String.join("\n", bodies);
        }

        private void take(HttpExchange exchange) throws IOException {
            bodies.add(new String(exchange.getRequestBody().readAllBytes(), ISO_8859_1));
            exchange.sendResponseHeaders(200, -1);
            exchange.close();
        }

        @Override
        public void close() {
            server.stop(0);
        }
    }
}
