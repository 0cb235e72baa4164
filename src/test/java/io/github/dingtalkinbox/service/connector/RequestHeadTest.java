package io.github.dingtalkinbox.service.connector;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.dingtalkinbox.service.connector.Gate.Arrival;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RequestHeadTest {
    private static final int BUFFER = 200;

    @ParameterizedTest
    @ValueSource(
            strings = {
                "GET / HTTP/1.1\r\nHost: a\r\n\r\n",
                "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhello",
                "POST / HTTP/1.1\r\ncONTENT-lENGTH:5\r\nHost: a\r\n\r\nhello",
                "POST / HTTP/1.1\r\nContent-Length:   0\r\nCookie: content-length: 9\r\n\r\n",
                "POST / HTTP/1.1\r\nX: y\r\nUser-Agent: u\r\nTrailer: t\r\nETag: e\r\n\r\n",
            })
    void isWholeWithItsLastByteAndNotBefore(String request) {
        for (int length = 0; length < request.length(); length++) {
            assertThat(arrival(request.substring(0, length)))
                    .as("after %s bytes", length)
                    .isEqualTo(Arrival.PARTIAL);
        }
        assertThat(arrival(request)).isEqualTo(Arrival.WHOLE);
        assertThat(arrival(request + "G")).as("with the next one").isEqualTo(Arrival.STREAMED);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n",
                "POST / HTTP/1.1\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n",
                "POST / HTTP/1.1\r\nContent-Length: 5\r\nContent-Length: 5\r\n\r\n",
                "POST / HTTP/1.1\r\nContent-Length: 5, 5\r\n\r\n",
                "POST / HTTP/1.1\r\nContent-Length: +5\r\n\r\n",
                "POST / HTTP/1.1\r\nContent-Length: \r\n\r\n",
                "POST / HTTP/1.1\r\nContent-Length : 5\r\n\r\n",
                "POST / HTTP/1.1\r\nContent-Length: 5 5\r\n\r\n",
                "POST / HTTP/1.1\r\nContent-Length: 99999999999999\r\n\r\n",
                "POST / HTTP/1.1\r\nExpect: 100-continue\r\nContent-Length: 5\r\n\r\n",
                "POST / HTTP/1.1\r\nX: y\r\n Content-Length: 5\r\n\r\n",
                "POST / HTTP/1.1\r\nX: y\r\n\tContent-Length: 5\r\n\r\n",
                "POST / HTTP/1.1\nContent-Length: 5\n\n",
                "POST / HTTP/1.1\r\nX: y\nContent-Length: 5\r\n\r\n",
            })
    void whatCouldHaveAnotherEndForTomcatIsLeftToIt(String request) {
        assertThat(arrival(request)).isEqualTo(Arrival.STREAMED);
    }

    @Test
    void whatDoesNotFitIsCollectedUntilTheBufferIsFull() {
        String large = "POST / HTTP/1.1\r\nContent-Length: 1000\r\n\r\n" + "x".repeat(BUFFER);
        assertThat(arrival(large.substring(0, BUFFER - 1))).isEqualTo(Arrival.PARTIAL);
        assertThat(arrival(large.substring(0, BUFFER))).isEqualTo(Arrival.STREAMED);

        String longHead = "GET /" + "x".repeat(BUFFER);
        assertThat(arrival(longHead.substring(0, BUFFER - 1))).isEqualTo(Arrival.PARTIAL);
        assertThat(arrival(longHead.substring(0, BUFFER))).isEqualTo(Arrival.STREAMED);
    }

    private static Arrival arrival(String request) {
        ByteBuffer buffer = ByteBuffer.allocate(BUFFER).put(request.getBytes(ISO_8859_1));
        return RequestHead.arrival(buffer, !buffer.hasRemaining());
    }
}
