package io.github.dingtalkinbox.service.connector;

import java.io.EOFException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.apache.tomcat.util.net.NioEndpoint.NioSocketWrapper;
import org.apache.tomcat.util.net.SocketBufferHandler;
import org.jspecify.annotations.Nullable;

/**
 * What of a connection's bytes Tomcat may read, and until when. A request is collected in the connection's own buffer, from
 * which Tomcat reads it once it is whole. One that does not fit, or whose end is not known beforehand, is read by Tomcat as
 * it comes. Either way it must have arrived in time.
 *
 * <p>For one thread at a time: Tomcat has a lock for each connection.
 */
final class Gate {
    /** For a whole request, from its first byte. */
    static final Duration LONGEST = Duration.ofSeconds(5);

    /** How often Tomcat may look in vain for a next request before it must be waiting for more of this one. */
    private static final int LOOKS = 100;

    private final Source source;
    private final SocketBufferHandler buffers;
    private final ArrivalEndpoint endpoint;
    private @Nullable NioSocketWrapper connection;
    private @Nullable InetAddress address;
    private ConnectionLimit limit = ConnectionLimit.NONE;
    private boolean isOpen;
    private boolean isTimed;
    private long began;
    private int looks;

    Gate(Source source, SocketBufferHandler buffers, ArrivalEndpoint endpoint) {
        this.source = source;
        this.buffers = buffers;
        this.endpoint = endpoint;
    }

    /** Begins with a new connection. Tomcat uses a channel again for another one. */
    void reset(@Nullable SocketChannel socket, @Nullable NioSocketWrapper connection) {
        this.connection = connection;
        close();
        if (socket != null) {
            limit = endpoint.limit();
            address = ArrivalEndpoint.address(socket);
            limit.opened(address);
        }
    }

    /** The connection ends. */
    void released() {
        limit.closed(address);
        limit = ConnectionLimit.NONE;
    }

    /** Between two requests. */
    void close() {
        isOpen = false;
        isTimed = false;
        looks = 0;
    }

    /** Whether Tomcat reads the request as it comes. */
    boolean isStreaming() {
        return isOpen;
    }

    /** Reads what has come of the next request. */
    Arrival arrive() throws IOException {
        int portion = source.portion();
        if (buffers.getReadBuffer().capacity() < 2 * portion) {
            buffers.expand(2 * portion);
        }
        while (true) {
            buffers.configureReadBufferForWrite();
            ByteBuffer buffer = buffers.getReadBuffer();
            int read = buffer.remaining() < portion ? 0 : source.readSocket(buffer);
            if (read < 0) {
                return Arrival.ENDED;
            }
            if (buffer.position() > 0 && !isTimed) {
                isTimed = true;
                began = System.nanoTime();
            }
            Arrival arrival = RequestHead.arrival(buffer, buffer.remaining() < portion);
            if (arrival == Arrival.STREAMED) {
                isOpen = true;
            }
            if (arrival != Arrival.PARTIAL) {
                return arrival;
            }
            // With TLS, there may be more that no selector knows of.
            if (read == 0) {
                return isTimed && millisLeft() <= 0 ? Arrival.ENDED : Arrival.PARTIAL;
            }
        }
    }

    /** Has Tomcat end the connection when the time is over. */
    void await(NioSocketWrapper parked) {
        if (isTimed) {
            parked.updateLastRead();
            parked.setReadTimeout(Math.max(1, millisLeft()));
        }
    }

    /** What Tomcat reads beyond the buffer. */
    int read(ByteBuffer into) throws IOException {
        if (!isOpen) {
            looks++;
            if (looks > LOOKS) {
                throw new EOFException("A request was longer than it had announced");
            }
            return 0;
        }
        long left = millisLeft();
        if (left <= 0) {
            throw new SocketTimeoutException("A request has taken longer than " + LONGEST.toSeconds() + " s");
        }
        int read = source.readSocket(into);
        if (connection != null) {
            connection.setReadTimeout(left);
        }
        return read;
    }

    private long millisLeft() {
        return LONGEST.toMillis() - TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - began);
    }

    /** The bytes as they come from the network, after decryption. */
    interface Source {
        int readSocket(ByteBuffer into) throws IOException;

        /** What it must be able to read at once: with less room than that, Tomcat's TLS never returns. */
        int portion();
    }

    /** How much of a request has come. */
    enum Arrival {
        PARTIAL,
        WHOLE,
        /** Its end is not known, or it is larger than the buffer, or another one follows. */
        STREAMED,
        ENDED
    }
}
