package io.github.dingtalkinbox.bench.http;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * A keep-alive connection, opened when it is needed. It reads what the service answers and no more of HTTP, because it
 * shares the processors with what it measures. For one thread.
 */
final class Connection implements Closeable {
    private static final String HEAD_END = "\r\n\r\n";
    private static final String LENGTH = "\r\ncontent-length:";

    private final InetSocketAddress address;
    private final ByteBuffer received = ByteBuffer.allocateDirect(16 * 1024);
    private @Nullable SocketChannel channel;

    Connection(InetSocketAddress address) {
        this.address = address;
    }

    /** Sends a request and waits for its reply. */
    Reply exchange(ByteBuffer request) throws IOException {
        SocketChannel open = open();
        ByteBuffer out = request.duplicate();
        while (out.hasRemaining()) {
            open.write(out);
        }
        received.clear();
        int end = -1;
        while (end < 0) {
            receive(open);
            end = text(0, received.position()).indexOf(HEAD_END);
        }
        String head = text(0, end).toLowerCase(Locale.ROOT);
        int begin = end + HEAD_END.length();
        int length = contentLength(head);
        while (received.position() < begin + length) {
            receive(open);
        }
        if (head.contains("\r\nconnection: close")) {
            close();
        }
        return new Reply(Integer.parseInt(head.substring(9, 12)), text(begin, length));
    }

    private SocketChannel open() throws IOException {
        SocketChannel open = channel;
        if (open == null) {
            open = SocketChannel.open(address);
            open.setOption(StandardSocketOptions.TCP_NODELAY, true);
            channel = open;
        }
        return open;
    }

    private void receive(SocketChannel open) throws IOException {
        if (open.read(received) <= 0) {
            throw new EOFException("The service has closed the connection, or its answer is too long, after: "
                    + text(0, received.position()));
        }
    }

    private String text(int begin, int length) {
        byte[] bytes = new byte[length];
        received.get(begin, bytes);
        return new String(bytes, ISO_8859_1);
    }

    private static int contentLength(String head) throws IOException {
        int at = head.indexOf(LENGTH);
        if (at < 0) {
            throw new IOException("The answer has no Content-Length: " + head);
        }
        int end = head.indexOf('\r', at + LENGTH.length());
        return Integer.parseInt(
                head.substring(at + LENGTH.length(), end < 0 ? head.length() : end).strip());
    }

    @Override
    public void close() throws IOException {
        SocketChannel open = channel;
        if (open != null) {
            channel = null;
            open.close();
        }
    }
}
