package io.github.dingtalkinbox.service.connector;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.github.dingtalkinbox.service.connector.Gate.Arrival;
import java.nio.ByteBuffer;

/**
 * Finds the end of a request. Tomcat parses it afterwards, and more strictly: whatever is unusual here, and could have
 * another end for Tomcat, counts as one whose end is not known.
 */
final class RequestHead {
    private static final byte[] CONTENT_LENGTH = "content-length".getBytes(US_ASCII);
    private static final byte[] TRANSFER_ENCODING = "transfer-encoding".getBytes(US_ASCII);
    private static final byte[] EXPECT = "expect".getBytes(US_ASCII);

    private static final int LONGEST_NUMBER = 9;
    private static final int NONE = -1;
    private static final int UNKNOWN = -2;

    private RequestHead() {}

    /**
     * How much of a request has come.
     *
     * @param buffer what has come, up to its position
     * @param isFull whether there is no room for more
     */
    static Arrival arrival(ByteBuffer buffer, boolean isFull) {
        int length = buffer.position();
        int body = NONE;
        int line = 0;
        for (int at = 0; at < length; at++) {
            if (buffer.get(at) != '\n') {
                continue;
            }
            if (at == line || buffer.get(at - 1) != '\r') {
                return Arrival.STREAMED; // a line that ends otherwise
            }
            if (at == line + 1) {
                return body == UNKNOWN ? Arrival.STREAMED : arrival(length - (at + 1) - Math.max(body, 0), isFull);
            }
            body = line == 0 ? NONE : body(buffer, line, at - 1, body);
            line = at + 1;
        }
        return isFull ? Arrival.STREAMED : Arrival.PARTIAL;
    }

    /** @param beyond bytes that have come after the end of the request, or, as a negative number, that are still to come */
    private static Arrival arrival(int beyond, boolean isFull) {
        if (beyond == 0) {
            return Arrival.WHOLE;
        }
        return beyond < 0 && !isFull ? Arrival.PARTIAL : Arrival.STREAMED;
    }

    /** The length of the body, as far as it is known after this line. */
    private static int body(ByteBuffer buffer, int from, int to, int before) {
        return switch (buffer.get(from) | 0x20) {
            case 'c' ->
                is(CONTENT_LENGTH, buffer, from, to)
                        ? before == NONE ? number(buffer, from + CONTENT_LENGTH.length, to) : UNKNOWN
                        : before;
            case 't' -> is(TRANSFER_ENCODING, buffer, from, to) ? UNKNOWN : before;
            case 'e' -> is(EXPECT, buffer, from, to) ? UNKNOWN : before;
            case ' ', '\t' | 0x20 -> UNKNOWN; // the line before it goes on
            default -> before;
        };
    }

    /** Whether the name of the header begins so: what follows is checked where it matters. */
    private static boolean is(byte[] name, ByteBuffer buffer, int from, int to) {
        if (to - from < name.length) {
            return false;
        }
        for (int i = 0; i < name.length; i++) {
            if ((buffer.get(from + i) | 0x20) != name[i]) {
                return false;
            }
        }
        return true;
    }

    private static int number(ByteBuffer buffer, int colon, int to) {
        int number = 0;
        int digits = 0;
        for (int at = colon; at < to; at++) {
            byte b = buffer.get(at);
            if (at == colon ? b != ':' : b != ' ' || digits > 0) {
                if (at == colon || b < '0' || b > '9' || digits == LONGEST_NUMBER) {
                    return UNKNOWN;
                }
                number = 10 * number + b - '0';
                digits++;
            }
        }
        return digits == 0 ? UNKNOWN : number;
    }
}
