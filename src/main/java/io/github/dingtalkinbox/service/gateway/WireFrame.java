package io.github.dingtalkinbox.service.gateway;

import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** A WebSocket frame (RFC 6455, 5.2). */
final class WireFrame {
    static final int CONTINUATION = 0;
    static final int TEXT = 1;
    static final int CLOSE = 8;
    static final int PING = 9;
    static final int PONG = 10;

    private static final int PADDING = 300 * 1024;
    private static final int LAST = 0x80;
    private static final int RESERVED = 0x70;
    private static final int MASKED = 0x80;
    private static final int LONGEST_CONTROL = 125;
    private static final int LENGTH_IN_2 = 126;
    private static final int LENGTH_IN_8 = 127;
    private static final int LONGEST = 4 << 20;

    private final int opcode;
    private final boolean last;
    private final byte[] payload;

    WireFrame(int opcode, boolean last, byte[] payload) {
        this.opcode = opcode;
        this.last = last;
        this.payload = payload;
    }

    int opcode() {
        return opcode;
    }

    boolean last() {
        return last;
    }

    byte[] payload() {
        return payload;
    }

    static WireFrame close(int code, String reason) {
        byte[] text = reason.getBytes(StandardCharsets.UTF_8);
        return new WireFrame(
                CLOSE,
                true,
                ByteBuffer.allocate(2 + text.length)
                        .putShort((short) code)
                        .put(text)
                        .array());
    }

    /** The status of a close frame; 1005 if it has none (RFC 6455, 7.1.5). */
    int closeCode() {
        return payload.length < 2 ? 1005 : ByteBuffer.wrap(payload).getShort() & 0xffff;
    }

    /** Reads what a client sends: masked. */
    static WireFrame read(DataInputStream in) throws IOException {
        int first = in.readUnsignedByte();
        int second = in.readUnsignedByte();
        int opcode = first & 0x0f;
        boolean last = (first & LAST) != 0;
        long length = second & 0x7f;
        if ((first & RESERVED) != 0 || (second & MASKED) == 0) {
            throw new BrokenProtocol("A frame of the client is not masked, or has reserved bits");
        }
        if (opcode >= CLOSE && (!last || length > LONGEST_CONTROL)) {
            throw new BrokenProtocol("A control frame of the client is too long, or in parts");
        }
        length = length == LENGTH_IN_2 ? in.readUnsignedShort() : length == LENGTH_IN_8 ? in.readLong() : length;
        if (length < 0 || length > LONGEST) {
            throw new BrokenProtocol("A frame of the client is longer than " + LONGEST + " bytes");
        }
        byte[] mask = in.readNBytes(4);
        byte[] payload = in.readNBytes((int) length);
        if (payload.length < length) {
            throw new IOException("The connection ended in a frame");
        }
        for (int i = 0; i < payload.length; i++) {
            payload[i] ^= mask[i & 3];
        }
        return new WireFrame(opcode, last, payload);
    }

    /** As a server sends it: not masked. */
    void writeTo(ByteArrayOutputStream out) {
        out.write((last ? LAST : 0) | opcode);
        if (payload.length <= LONGEST_CONTROL) {
            out.write(payload.length);
        } else if (payload.length <= 0xffff) {
            out.write(LENGTH_IN_2);
            out.writeBytes(
                    ByteBuffer.allocate(2).putShort((short) payload.length).array());
        } else {
            out.write(LENGTH_IN_8);
            out.writeBytes(ByteBuffer.allocate(8).putLong(payload.length).array());
        }
        out.writeBytes(payload);
    }

    byte[] bytes() {
        var out = new ByteArrayOutputStream(payload.length + 10);
        writeTo(out);
        return out.toByteArray();
    }

    /** A text in this form, as bytes. */
    static byte[] text(String text, FrameForm form) {
        String written = form == FrameForm.PADDED ? text.replaceFirst("\\{", "{" + " ".repeat(PADDING)) : text;
        byte[] content = written.getBytes(StandardCharsets.UTF_8);
        int part =
                switch (form) {
                    case WHOLE, PADDED, SEGMENTS_OF_ONE_BYTE -> Math.max(1, content.length);
                    case FRAGMENTS_OF_ONE_BYTE -> 1;
                    case PINGS_BETWEEN_FRAGMENTS -> content.length / 4 + 1;
                };
        var out = new ByteArrayOutputStream(content.length + 10);
        for (int at = 0; at == 0 || at < content.length; at += part) {
            int end = Math.min(content.length, at + part);
            boolean last = end == content.length;
            new WireFrame(at == 0 ? TEXT : CONTINUATION, last, Arrays.copyOfRange(content, at, end)).writeTo(out);
            if (form == FrameForm.PINGS_BETWEEN_FRAGMENTS && !last) {
                new WireFrame(PING, true, new byte[] {'p'}).writeTo(out);
            }
        }
        return out.toByteArray();
    }

    /** The client does not keep to RFC 6455. */
    static final class BrokenProtocol extends IOException {
        BrokenProtocol(String message) {
            super(message);
        }
    }
}
