package io.github.dingtalkinbox.service.embedded;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.OptionalInt;
import java.util.stream.IntStream;

/** Ports of the loopback interface. */
final class Ports {
    /** Below the range of outgoing connections, so that it is likely to be free next time, too. */
    private static final int FIRST = 15432;

    private static final int TRIED = 100;
    private static final int ANY = 0;
    private static final byte[] LOOPBACK = {127, 0, 0, 1};

    private Ports() {}

    /** The first free port from {@value #FIRST} on. */
    static int free() throws IOException {
        OptionalInt found =
                IntStream.range(FIRST, FIRST + TRIED).filter(Ports::isFree).findFirst();
        return found.isPresent() ? found.getAsInt() : bound(ANY);
    }

    static boolean isFree(int port) {
        try {
            return bound(port) == port;
        } catch (IOException e) {
            return false;
        }
    }

    private static int bound(int port) throws IOException {
        try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getByAddress(LOOPBACK))) {
            return socket.getLocalPort();
        }
    }
}
