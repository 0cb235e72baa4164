package io.github.dingtalkinbox.testing;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.ByteBuffer;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Stands between a client and the database, and can lose the one message that matters: the server's word that it has
 * committed. It can also stop time between the cancellation of a statement and what the client does next.
 */
public final class CuttingProxy implements AutoCloseable {
    private static final String COMMITTED = "COMMIT\0";

    /** After its length, a request to cancel begins with this. (PostgreSQL, "Message Formats", CancelRequest.) */
    private static final int CANCEL = 80877102;

    private final TestDatabase target;
    private final URI address;
    private final ServerSocket listener;
    private final ExecutorService pumps = Executors.newCachedThreadPool();
    private final AtomicBoolean cutsAtCommit = new AtomicBoolean();
    private final AtomicReference<@Nullable Runnable> afterCancel = new AtomicReference<>();

    private CuttingProxy(TestDatabase target) throws IOException {
        this.target = target;
        this.address = URI.create(target.jdbcUrl().substring("jdbc:".length()));
        this.listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        pumps.execute(this::accept);
    }

    public static CuttingProxy to(TestDatabase target) throws IOException {
        return new CuttingProxy(target);
    }

    /** The database as seen through the proxy. */
    public TestDatabase database() {
        String url = "jdbc:postgresql://localhost:" + listener.getLocalPort() + address.getPath();
        return TestDatabase.open(url, target.user(), target.password());
    }

    /** The next commit happens, but the client never hears of it: its connection breaks instead. */
    public void cutAfterNextCommit() {
        cutsAtCommit.set(true);
    }

    /** Does something once the server has done the next cancellation, and before the client hears that it has. */
    public void afterNextCancel(Runnable action) {
        afterCancel.set(action);
    }

    private void accept() {
        while (!listener.isClosed()) {
            try {
                Socket client = listener.accept();
                Socket server = new Socket(address.getHost(), address.getPort());
                pumps.execute(() -> serve(client, server));
            } catch (IOException e) {
                return; // closed
            }
        }
    }

    private void serve(Socket client, Socket server) {
        try (client;
                server) {
            byte[] first = client.getInputStream().readNBytes(2 * Integer.BYTES);
            server.getOutputStream().write(first);
            if (first.length == 2 * Integer.BYTES && ByteBuffer.wrap(first).getInt(Integer.BYTES) == CANCEL) {
                cancel(client, server);
            } else {
                pumps.execute(() -> pump(server, client, true));
                pump(client, server, false);
            }
        } catch (IOException e) {
            // One side has gone: the other one goes too.
        }
    }

    /** The server answers with the end of the connection. */
    private void cancel(Socket client, Socket server) throws IOException {
        server.getOutputStream().write(client.getInputStream().readNBytes(2 * Integer.BYTES));
        server.getInputStream().readAllBytes();
        Runnable action = afterCancel.getAndSet(null);
        if (action != null) {
            action.run();
        }
    }

    private void pump(Socket from, Socket to, boolean isAnswer) {
        try (from;
                to) {
            InputStream in = from.getInputStream();
            OutputStream out = to.getOutputStream();
            byte[] buffer = new byte[64 * 1024];
            for (int n = in.read(buffer); n > 0; n = in.read(buffer)) {
                if (isAnswer
                        && cutsAtCommit.get()
                        && new String(buffer, 0, n, US_ASCII).contains(COMMITTED)
                        && cutsAtCommit.getAndSet(false)) {
                    return;
                }
                out.write(buffer, 0, n);
                out.flush();
            }
        } catch (IOException e) {
            // One side has gone: the other one goes too.
        }
    }

    @Override
    public void close() throws IOException {
        listener.close();
        pumps.shutdownNow();
    }
}
