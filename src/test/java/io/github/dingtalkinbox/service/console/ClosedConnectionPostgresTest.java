package io.github.dingtalkinbox.service.console;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.dingtalkinbox.testing.Browser;
import io.github.dingtalkinbox.testing.Postgres;
import io.github.dingtalkinbox.testing.Service;
import io.github.dingtalkinbox.testing.TestDatabase;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

/** Browsers close connections when somebody goes on to another page. */
@Postgres
@ExtendWith(OutputCaptureExtension.class)
class ClosedConnectionPostgresTest {
    private static final int SMALL_WINDOW = 4096;
    /** As large together as nothing between the service and the browser can take in. */
    private static final int REQUESTS = 40;

    @Test
    void aDownloadThatIsGivenUpIsNoError(TestDatabase database, CapturedOutput output) throws Exception {
        try (Service service = Service.start(
                database, concat(Users.properties(), "logging.level.io.github.dingtalkinbox.service.console=debug"))) {
            // Made for the first visitor.
            assertThat(new Browser(service).get("/admin/login").statusCode()).isEqualTo(200);

            giveUp(service.url("/admin/assets/echarts.min.js"));

            await().until(() -> output.getAll().contains("closed the connection before ")
                    || output.getAll().contains(" ERROR "));
            assertThat(new Browser(service).get("/admin/login").statusCode()).isEqualTo(200);
        }
        assertThat(output.getAll()).doesNotContain(" ERROR ", "\tat ");
    }

    private static void giveUp(URI file) throws IOException {
        try (Socket socket = new Socket()) {
            socket.setReceiveBufferSize(SMALL_WINDOW);
            socket.setSoLinger(true, 0);
            socket.connect(new InetSocketAddress(file.getHost(), file.getPort()));
            socket.getOutputStream()
                    .write("GET %s HTTP/1.1\r\nHost: localhost\r\n\r\n"
                            .formatted(file.getPath())
                            .repeat(REQUESTS)
                            .getBytes(US_ASCII));
            assertThat(socket.getInputStream().readNBytes(SMALL_WINDOW)).hasSize(SMALL_WINDOW);
        }
    }

    private static String[] concat(String[] properties, String more) {
        return Stream.concat(Stream.of(properties), Stream.of(more)).toArray(String[]::new);
    }
}
