package io.github.dingtalkinbox.internal.webhook;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import jakarta.servlet.ServletInputStream;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.mock.web.DelegatingServletInputStream;
import org.springframework.mock.web.MockHttpServletRequest;

/** Bodies that come slowly, in a web server that limits only the time of each read. */
class EnvelopeReaderTest {
    private final AtomicLong now = new AtomicLong();
    private final EnvelopeReader reader = new EnvelopeReader(now::get);

    @ParameterizedTest
    @ValueSource(ints = {2000, 60_000, 70_000, 1_000_000})
    void aBodyHasFiveSecondsAsAWhole(int length) {
        assertThat(reader.read(request(length, Duration.ofSeconds(4).dividedBy(length)))
                        .encrypt())
                .hasSize(length);
        assertThatThrownBy(
                        () -> reader.read(request(length, Duration.ofSeconds(6).dividedBy(length))))
                .isInstanceOf(Refused.class)
                .hasMessageContaining("it has taken longer than 5 s");
    }

    @Test
    void aSlowLargeBodyLeavesItsPlace() {
        for (int i = 0; i < 100; i++) {
            assertThatThrownBy(() -> reader.read(request(100_000, Duration.ofMillis(1))))
                    .hasMessageContaining("it has taken longer than 5 s");
        }
        assertThat(reader.read(request(100_000, Duration.ZERO)).encrypt()).hasSize(100_000);
    }

    /** A request whose body takes so long for each byte. */
    private MockHttpServletRequest request(int length, Duration perByte) {
        byte[] body = ("{\"encrypt\":\"" + "A".repeat(length) + "\"}").getBytes(UTF_8);
        InputStream slow = new ByteArrayInputStream(body);
        ServletInputStream in = new DelegatingServletInputStream(slow) {
            @Override
            public int read(byte[] into, int from, int most) throws IOException {
                int read = slow.read(into, from, Math.min(most, 1000));
                now.addAndGet(perByte.toNanos() * Math.max(read, 0));
                return read;
            }
        };
        MockHttpServletRequest request = new MockHttpServletRequest() {
            @Override
            public ServletInputStream getInputStream() {
                return in;
            }
        };
        request.addParameter("msg_signature", "s");
        request.addParameter("timestamp", "1");
        request.addParameter("nonce", "n");
        return request;
    }
}
