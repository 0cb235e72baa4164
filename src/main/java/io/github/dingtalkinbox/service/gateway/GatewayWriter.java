package io.github.dingtalkinbox.service.gateway;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;

/**
 * Writes to a connection from a queue: a client that does not read holds up nobody but its own writer. Safe for use by
 * many threads.
 */
final class GatewayWriter {
    private static final int BUFFER = 64 * 1024;

    private final BlockingQueue<Piece> queue = new LinkedBlockingQueue<>();
    private final OutputStream out;
    private volatile boolean mute;

    GatewayWriter(OutputStream out) {
        this.out = new BufferedOutputStream(out, BUFFER);
    }

    void write(byte[] bytes) {
        write(new Piece(bytes, false, false));
    }

    void writeByteByByte(byte[] bytes) {
        write(new Piece(bytes, true, false));
    }

    /** Ends {@link #run} when all before is written. */
    void finish() {
        write(new Piece(new byte[0], false, true));
    }

    /** Whatever is to be written from now on is lost. */
    void mute() {
        mute = true;
    }

    boolean isMute() {
        return mute;
    }

    private void write(Piece piece) {
        if (!mute) {
            queue.add(piece);
        }
    }

    /** Writes until {@link #finish}, the end of the connection, or an interrupt. */
    void run() throws IOException, InterruptedException {
        while (true) {
            Piece piece = queue.take();
            if (piece.isEnd) {
                out.flush();
                return;
            }
            if (piece.byteByByte) {
                for (byte b : piece.bytes) {
                    out.write(b);
                    out.flush();
                }
            } else {
                out.write(piece.bytes);
            }
            if (queue.isEmpty()) {
                out.flush();
            }
        }
    }

    private static final class Piece {
        private final byte[] bytes;
        private final boolean byteByByte;
        private final boolean isEnd;

        Piece(byte[] bytes, boolean byteByByte, boolean isEnd) {
            this.bytes = bytes;
            this.byteByByte = byteByByte;
            this.isEnd = isEnd;
        }
    }
}
