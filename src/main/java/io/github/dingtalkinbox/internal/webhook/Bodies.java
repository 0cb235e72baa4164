package io.github.dingtalkinbox.internal.webhook;

import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.concurrent.Semaphore;

/**
 * Reads the bodies of requests of which nothing is known yet: anybody may send them, many at once, and stop in the
 * middle. So their size is limited, and of those that are larger than a callback ever is in practice only a few are read
 * at the same time.
 *
 * <p>Safe for use by many threads.
 */
final class Bodies {
    /** In bytes. */
    static final int LARGEST = 1024 * 1024;

    private static final int SMALL = 64 * 1024;
    private static final int LARGE_AT_ONCE = 32;

    private final Semaphore large = new Semaphore(LARGE_AT_ONCE);

    /**
     * Reads a body to its end.
     *
     * @throws Refused if it is too large, does not arrive whole, or would be one large body too many
     */
    byte[] read(HttpServletRequest request) {
        if (request.getContentLengthLong() > LARGEST) {
            throw new Refused(CallbackProblem.tooLarge(LARGEST));
        }
        try {
            InputStream in = request.getInputStream();
            byte[] start = in.readNBytes(SMALL);
            return start.length < SMALL ? start : readLarge(start, in);
        } catch (IOException e) {
            throw new Refused(
                    CallbackProblem.invalidRequest("The body did not arrive whole"), "The body did not arrive: " + e);
        }
    }

    private byte[] readLarge(byte[] start, InputStream in) throws IOException {
        if (!large.tryAcquire()) {
            throw new Refused(CallbackProblem.OVERLOADED);
        }
        try {
            byte[] body = Arrays.copyOf(start, LARGEST + 1);
            int length = start.length + in.readNBytes(body, start.length, body.length - start.length);
            if (length > LARGEST) {
                throw new Refused(CallbackProblem.tooLarge(LARGEST));
            }
            return Arrays.copyOf(body, length);
        } finally {
            large.release();
        }
    }
}
