package io.github.dingtalkinbox.testing;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.ByteBuffer;
import java.util.Set;
import java.util.concurrent.BlockingDeque;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingDeque;
import org.jspecify.annotations.Nullable;

/**
 * Stands between clients and the database as a pooler does: a client has a session of the server for one transaction only,
 * and then whichever is free. Each client brings one session. Names of prepared statements stay behind in a session, as
 * they do with PgBouncer before 1.21.
 */
public final class Pooler implements AutoCloseable {
    /** What a pooler may do. */
    public enum Mode {
        /** The session that was used last is the next one. */
        TRANSACTION,
        /** All sessions in turn. */
        TRANSACTION_ROUND_ROBIN,
        /** A transaction of several statements is refused. */
        STATEMENT
    }

    private static final int SSL_REQUEST = 80877103;
    private static final int GSS_REQUEST = 80877104;
    /** Of the messages by which the server asks for a proof of who the client is. */
    private static final Set<Integer> PASSWORD_REQUESTS = Set.of(3, 5, 10, 11);

    /** What a client would cancel its statements by: the pooler's, because it has no session of its own. */
    private static final Message OWN_KEY = new Message('K', new byte[8]);

    private final TestDatabase target;
    private final URI address;
    private final Mode mode;
    private final ServerSocket listener;
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final BlockingDeque<Peer> free = new LinkedBlockingDeque<>();

    private Pooler(TestDatabase target, Mode mode) throws IOException {
        this.target = target;
        this.address = URI.create(target.jdbcUrl().substring("jdbc:".length()));
        this.mode = mode;
        this.listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        threads.execute(this::accept);
    }

    public static Pooler to(TestDatabase target, Mode mode) throws IOException {
        return new Pooler(target, mode);
    }

    /** The URL of the database through the pooler. */
    public String jdbcUrl() {
        return "jdbc:postgresql://localhost:" + listener.getLocalPort() + address.getPath();
    }

    /** The database as seen through the pooler. */
    public TestDatabase database() {
        return TestDatabase.open(jdbcUrl(), target.user(), target.password());
    }

    private void accept() {
        while (!listener.isClosed()) {
            try {
                Peer client = new Peer(listener.accept());
                threads.execute(() -> serve(client));
            } catch (IOException e) {
                return; // closed
            }
        }
    }

    private void serve(Peer client) {
        @Nullable Peer session = null;
        try (client) {
            session = logIn(client);
            while (true) {
                if (session != null && session.isIdle) {
                    release(session);
                    session = null;
                }
                Message message = client.read();
                if (message.type == 'X') {
                    return;
                }
                session = session == null ? free.take() : session;
                session.isIdle = false;
                session.write(message);
                if (message.type == 'S' || message.type == 'Q') {
                    answer(session, client);
                }
            }
        } catch (IOException | InterruptedException e) {
            // The client has gone, and what it had begun goes with it.
        } finally {
            close(session);
        }
    }

    private void release(Peer session) {
        if (mode == Mode.TRANSACTION_ROUND_ROBIN) {
            free.addLast(session);
        } else {
            free.addFirst(session);
        }
    }

    /** @return the session that the login has brought */
    private Peer logIn(Peer client) throws IOException {
        byte[] start = client.readBody();
        while (isRequestForEncryption(start)) {
            client.out.write('N');
            client.out.flush();
            start = client.readBody();
        }
        Peer session = new Peer(new Socket(address.getHost(), address.getPort()));
        session.writeBody(start);
        session.out.flush();
        for (Message message = session.read(); ; message = session.read()) {
            client.write(message.type == 'K' ? OWN_KEY : message);
            if (message.type == 'Z') {
                client.out.flush();
                return session;
            }
            if (message.type == 'R' && PASSWORD_REQUESTS.contains(message.number())) {
                client.out.flush();
                session.write(client.read());
                session.out.flush();
            }
        }
    }

    private static boolean isRequestForEncryption(byte[] start) {
        int code = new Message(0, start).number();
        return code == SSL_REQUEST || code == GSS_REQUEST;
    }

    private void answer(Peer session, Peer client) throws IOException {
        session.out.flush();
        Message message = session.read();
        for (; message.type != 'Z'; message = session.read()) {
            client.write(message);
        }
        session.isIdle = message.body[0] == 'I';
        if (mode == Mode.STATEMENT && !session.isIdle) {
            String error = "SFATAL\0VFATAL\0C08P01\0Mtransaction blocks not allowed in statement pooling mode\0\0";
            client.write(new Message('E', error.getBytes(US_ASCII)));
            client.out.flush();
            throw new EOFException("refused");
        }
        client.write(message);
        client.out.flush();
    }

    @Override
    public void close() throws IOException {
        listener.close();
        threads.shutdownNow();
        free.forEach(Pooler::close);
    }

    private static void close(@Nullable Peer session) {
        try {
            if (session != null) {
                session.close();
            }
        } catch (IOException e) {
            // It has gone already.
        }
    }

    private static final class Message {
        private final int type;
        private final byte[] body;

        private Message(int type, byte[] body) {
            this.type = type;
            this.body = body;
        }

        /** Its first four bytes. */
        private int number() {
            return ByteBuffer.wrap(body).getInt();
        }
    }

    /** A client, or a session of the server. */
    private static final class Peer implements AutoCloseable {
        private final Socket socket;
        private final DataInputStream in;
        private final DataOutputStream out;
        private boolean isIdle = true;

        private Peer(Socket socket) throws IOException {
            this.socket = socket;
            socket.setTcpNoDelay(true);
            this.in = new DataInputStream(new BufferedInputStream(socket.getInputStream()));
            this.out = new DataOutputStream(new BufferedOutputStream(socket.getOutputStream()));
        }

        private Message read() throws IOException {
            return new Message(in.readUnsignedByte(), readBody());
        }

        private byte[] readBody() throws IOException {
            return in.readNBytes(in.readInt() - Integer.BYTES);
        }

        private void write(Message message) throws IOException {
            out.write(message.type);
            writeBody(message.body);
        }

        private void writeBody(byte[] body) throws IOException {
            out.writeInt(body.length + Integer.BYTES);
            out.write(body);
        }

        @Override
        public void close() throws IOException {
            socket.close();
        }
    }
}
