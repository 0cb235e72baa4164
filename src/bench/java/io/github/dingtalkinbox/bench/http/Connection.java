package io.github.dingtalkinbox.bench.http;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
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
    private final Selector selector;
    private final ByteBuffer received = ByteBuffer.allocateDirect(16 * 1024);
    private @Nullable SelectionKey key;
    private ByteBuffer unsent = ByteBuffer.allocate(0);
    private int number;
    private long due;

    Connection(InetSocketAddress address, Selector selector) {
        this.address = address;
        this.selector = selector;
    }

    /**
     * Begins to send a request.
     *
     * @param number of what is sent
     * @param due when it was to be sent
     */
    void send(int number, ByteBuffer request, long due) throws IOException {
        this.number = number;
        this.due = due;
        received.clear();
        unsent = request.duplicate();
        SelectionKey open = key;
        if (open == null) {
            open = open();
            key = open;
        }
        write(open);
    }

    /** What was sent last. */
    int number() {
        return number;
    }

    /** When it was to be sent, in the nanoseconds of {@link System#nanoTime}. */
    long due() {
        return due;
    }

    /** Sends and receives what can be; gives back the reply, once it is there. */
    @Nullable
    Reply progress() throws IOException {
        SelectionKey open = key;
        if (open == null) {
            throw new IllegalStateException("Not open");
        }
        if (unsent.hasRemaining()) {
            write(open);
        }
        return open.isReadable() ? receive(open) : null;
    }

    private SelectionKey open() throws IOException {
        SocketChannel channel = SocketChannel.open(address);
        channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
        channel.configureBlocking(false);
        SelectionKey open = channel.register(selector, SelectionKey.OP_READ);
        open.attach(this);
        return open;
    }

    private void write(SelectionKey open) throws IOException {
        channel(open).write(unsent);
        int wanted = unsent.hasRemaining() ? SelectionKey.OP_READ | SelectionKey.OP_WRITE : SelectionKey.OP_READ;
        if (open.interestOps() != wanted) {
            open.interestOps(wanted);
        }
    }

    private @Nullable Reply receive(SelectionKey open) throws IOException {
        if (channel(open).read(received) < 0 || !received.hasRemaining()) {
            throw new EOFException("The service has closed the connection, or its answer is too long, after: "
                    + text(0, received.position()));
        }
        String all = text(0, received.position());
        int end = all.indexOf(HEAD_END);
        if (end < 0) {
            return null;
        }
        String head = all.substring(0, end).toLowerCase(Locale.ROOT);
        int begin = end + HEAD_END.length();
        int length = contentLength(head);
        if (all.length() < begin + length) {
            return null;
        }
        if (head.contains("\r\nconnection: close")) {
            close();
        }
        return new Reply(Integer.parseInt(head.substring(9, 12)), all.substring(begin, begin + length));
    }

    private static SocketChannel channel(SelectionKey open) {
        return (SocketChannel) open.channel();
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
        SelectionKey open = key;
        if (open != null) {
            key = null;
            open.channel().close();
        }
    }
}
