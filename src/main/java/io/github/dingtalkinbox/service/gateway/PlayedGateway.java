package io.github.dingtalkinbox.service.gateway;

import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import org.jspecify.annotations.Nullable;

/**
 * DingTalk's Stream gateway on loopback: the open call and the WebSocket at one port. It checks what a client sends, and
 * misbehaves on request. Safe for use by many threads.
 */
public final class PlayedGateway implements AutoCloseable {
    /** The path of the open call. */
    public static final String OPEN_PATH = "/v1.0/gateway/connections/open";

    private static final String CONNECT_PATH = "/connect";
    private static final int BACKLOG = 200;
    private static final long DRIP_MILLIS = 100;
    private static final int GOING_AWAY = 1001;

    private final GatewaySettings settings;
    private final Clock clock;
    private final ServerSocket listener;
    private final Tickets tickets;
    private final OpenCalls openCalls;
    private final GatewayCounts counts = new GatewayCounts();
    private final PlannedAnswers<OpenAnswer> openAnswers = new PlannedAnswers<>(OpenAnswer.RIGHT);
    private final PlannedAnswers<UpgradeAnswer> upgradeAnswers = new PlannedAnswers<>(UpgradeAnswer.RIGHT);
    private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();
    private final List<PlayedConnection> connections = new CopyOnWriteArrayList<>();
    private final AtomicBoolean closed = new AtomicBoolean();
    private final OpenGate gate = new OpenGate();
    private final ExecutorService threads = Executors.newCachedThreadPool(PlayedGateway::daemon);
    private final ScheduledExecutorService scheduler =
            Executors.newSingleThreadScheduledExecutor(PlayedGateway::daemon);

    private PlayedGateway(GatewaySettings settings, Clock clock, Consumer<String> refusals) throws IOException {
        this.settings = settings;
        this.clock = clock;
        this.tickets = new Tickets(settings.ticketLife());
        this.openCalls = new OpenCalls(settings, tickets, refusals);
        this.listener = new ServerSocket(settings.port(), BACKLOG, InetAddress.getLoopbackAddress());
    }

    /**
     * Starts to listen.
     *
     * @param clock gives the times in the frames
     * @throws IOException if the port is taken
     */
    public static PlayedGateway start(GatewaySettings settings, Clock clock) throws IOException {
        return start(settings, clock, refusal -> {});
    }

    /**
     * Starts to listen.
     *
     * @param clock as above
     * @param refusals is told, on any thread, what is wrong with an open call whenever one is refused for what it says
     * @throws IOException if the port is taken
     */
    public static PlayedGateway start(GatewaySettings settings, Clock clock, Consumer<String> refusals)
            throws IOException {
        var gateway = new PlayedGateway(settings, clock, refusals);
        gateway.threads.execute(gateway::accept);
        long ping = settings.ping().toNanos();
        // Ends with the scheduler.
        var unused = gateway.scheduler.scheduleWithFixedDelay(gateway::pingAll, ping, ping, TimeUnit.NANOSECONDS);
        return gateway;
    }

    public int port() {
        return listener.getLocalPort();
    }

    /** For {@code inbox.stream.base-url}. */
    public URI baseUrl() {
        return URI.create((settings.tls() == null ? "http://127.0.0.1:" : "https://localhost:") + port());
    }

    /** All that there were, in the order in which they were opened. */
    public List<PlayedConnection> connections() {
        return List.copyOf(connections);
    }

    /** Those over which events are delivered. */
    public List<PlayedConnection> openConnections() {
        return connections.stream().filter(PlayedConnection::isOpen).toList();
    }

    /** Waits until so many connections are open; false if they are not in this time. */
    public boolean awaitConnections(int number, Duration limit) throws InterruptedException {
        return gate.await(number, limit);
    }

    public long count(GatewayCount what) {
        return counts.count(what);
    }

    /** The first hundred things that the client did wrong, in words; a good client leaves it empty. */
    public List<String> faults() {
        return counts.faults();
    }

    /** The bodies of all open calls. */
    public List<String> openCalls() {
        return openCalls.bodies();
    }

    /** From now on another secret is right. The connections stay. */
    public void rotateSecret(String secret) {
        openCalls.rotateSecret(secret);
    }

    public void answerOpenCalls(OpenAnswer how) {
        openAnswers.always(how);
    }

    public void answerNextOpenCalls(int times, OpenAnswer how) {
        openAnswers.next(times, how);
    }

    public void answerUpgrades(UpgradeAnswer how) {
        upgradeAnswers.always(how);
    }

    public void answerNextUpgrades(int times, UpgradeAnswer how) {
        upgradeAnswers.next(times, how);
    }

    /** Sends a frame over one of the open connections, chosen at random as DingTalk does; fails if there is none. */
    public CompletableFuture<FrameAnswer> push(PlayedFrame frame) {
        List<PlayedConnection> open = openConnections();
        return open.isEmpty() ? noneIsOpen() : any(open).send(frame);
    }

    /**
     * Sends a frame, again and again if need be, each time over one of the open connections chosen at random.
     *
     * @return the answer {@code SUCCESS}; fails after the last delivery
     */
    public CompletableFuture<FrameAnswer> deliver(PlayedFrame frame, Redelivery redelivery) {
        var done = new CompletableFuture<FrameAnswer>();
        deliver(frame, redelivery, redelivery.times(), null, done);
        return done;
    }

    private void deliver(
            PlayedFrame frame,
            Redelivery redelivery,
            int left,
            @Nullable String messageId,
            CompletableFuture<FrameAnswer> done) {
        List<PlayedConnection> open = openConnections();
        PlayedConnection chosen = open.isEmpty() ? null : any(open);
        String id = messageId == null && chosen != null ? chosen.newMessageId() : messageId;
        CompletableFuture<FrameAnswer> answer =
                chosen == null || id == null ? noneIsOpen() : chosen.send(frame, id, FrameForm.WHOLE);
        CompletableFuture<?> unused = answer.orTimeout(redelivery.limit().toNanos(), TimeUnit.NANOSECONDS)
                .whenComplete((answered, failure) -> {
                    if (answered != null && answered.isSuccess()) {
                        done.complete(answered);
                    } else if (left == 0) {
                        done.completeExceptionally(new IOException("Not answered SUCCESS after the last delivery"));
                    } else {
                        gate.later(redelivery.pause(), () -> {
                            counts.add(GatewayCount.REDELIVERIES);
                            deliver(frame, redelivery, left - 1, redelivery.sameMessageId() ? id : null, done);
                        });
                    }
                });
    }

    private static PlayedConnection any(List<PlayedConnection> open) {
        return open.get(ThreadLocalRandom.current().nextInt(open.size()));
    }

    private static CompletableFuture<FrameAnswer> noneIsOpen() {
        return CompletableFuture.failedFuture(new IOException("No connection is open"));
    }

    private void pingAll() {
        openConnections().forEach(PlayedConnection::pingIfOpen);
    }

    private void accept() {
        while (!closed.get()) {
            try {
                Socket socket = listener.accept();
                sockets.add(socket);
                threads.execute(() -> serve(socket));
            } catch (IOException e) {
                if (listener.isClosed()) {
                    return;
                }
            }
        }
    }

    private void serve(Socket tcp) {
        try (tcp) {
            tcp.setTcpNoDelay(true);
            Socket socket = secured(tcp);
            var in = new DataInputStream(new BufferedInputStream(socket.getInputStream()));
            GatewayRequest request = GatewayRequest.read(in);
            if (!request.header("proxy-authorization").isEmpty()) {
                counts.fault(0, "the login of a proxy has come to " + request.path());
            }
            if (request.path().equals(OPEN_PATH) && request.method().equals("POST")) {
                answerOpenCall(request, socket, in);
            } else if (request.path().equals(CONNECT_PATH) && request.method().equals("GET")) {
                connect(request, tcp, socket, in);
            } else {
                socket.getOutputStream().write(RecoveryCalls.answer(request).bytes());
            }
        } catch (IOException e) {
            // The client has gone, or does not speak HTTP or TLS.
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            sockets.remove(tcp);
        }
    }

    private Socket secured(Socket tcp) throws IOException {
        SSLContext tls = settings.tls();
        if (tls == null) {
            return tcp;
        }
        var socket = (SSLSocket)
                tls.getSocketFactory().createSocket(tcp, tcp.getInetAddress().getHostAddress(), tcp.getPort(), true);
        socket.setUseClientMode(false);
        return socket;
    }

    private void answerOpenCall(GatewayRequest request, Socket socket, DataInputStream in)
            throws IOException, InterruptedException {
        counts.add(GatewayCount.OPEN_CALLS);
        OpenAnswer how = openAnswers.take();
        String scheme = settings.tls() == null ? "ws://" : "wss://";
        GatewayResponse response = openCalls.answer(request, how, scheme + request.header("host") + CONNECT_PATH);
        if (response.status() != 200) {
            counts.add(GatewayCount.OPEN_CALLS_REFUSED);
        }
        if (how == OpenAnswer.NEVER) {
            awaitEnd(in);
        } else if (how == OpenAnswer.DRIPPING) {
            for (byte b : response.bytes()) {
                socket.getOutputStream().write(b);
                TimeUnit.MILLISECONDS.sleep(DRIP_MILLIS);
            }
        } else {
            socket.getOutputStream().write(response.bytes());
        }
    }

    private void connect(GatewayRequest request, Socket tcp, Socket socket, DataInputStream in)
            throws IOException, InterruptedException {
        UpgradeAnswer how = upgradeAnswers.take();
        boolean isGood = tickets.redeem(request.parameter("ticket"))
                && !request.header("sec-websocket-key").isEmpty();
        if (how == UpgradeAnswer.NEVER) {
            awaitEnd(in);
        } else if (!isGood || how == UpgradeAnswer.REFUSED || how == UpgradeAnswer.UNAVAILABLE) {
            counts.add(GatewayCount.CONNECTIONS_REFUSED);
            GatewayResponse refusal = how == UpgradeAnswer.UNAVAILABLE
                    ? GatewayResponse.error(503, "ServiceUnavailable", "service unavailable")
                    : GatewayResponse.authFailed();
            socket.getOutputStream().write(refusal.bytes());
        } else {
            counts.add(GatewayCount.CONNECTIONS);
            socket.getOutputStream().write(GatewayResponse.accepted(request.header("sec-websocket-key")));
            connected(how, tcp, in, new GatewayWriter(socket.getOutputStream()));
        }
    }

    private void connected(UpgradeAnswer how, Socket tcp, DataInputStream in, GatewayWriter writer)
            throws InterruptedException {
        PlayedConnection connection;
        synchronized (connections) {
            connection = new PlayedConnection(connections.size() + 1, gate, tcp, in, writer);
            switch (how) {
                case ENDED_AT_ONCE -> connection.drop();
                case CLOSED_AT_ONCE -> connection.close(1000, "");
                case DEAD -> connection.die();
                default -> {}
            }
            connections.add(connection);
        }
        gate.changed();
        threads.execute(() -> {
            try {
                connection.write();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
        connection.read();
        connection.awaitEnd(Duration.ofDays(1));
    }

    private static void awaitEnd(DataInputStream in) throws IOException {
        while (in.read() >= 0) {
            // Whatever comes is of no interest.
        }
    }

    /**
     * Takes no new connections, and closes those that are open with a close frame that says so (1001). Waits up to 2 s
     * for that of each client.
     */
    public void goAway() throws InterruptedException {
        stopListening();
        List<PlayedConnection> open = openConnections();
        open.forEach(connection -> connection.close(GOING_AWAY, ""));
        for (PlayedConnection connection : open) {
            connection.awaitEnd(PlayedConnection.LONGEST_CLOSE);
        }
    }

    private void stopListening() {
        try {
            listener.close();
        } catch (IOException e) {
            // What matters is that it is closed.
        }
    }

    /** Ends all connections without a close frame. */
    @Override
    public void close() {
        closed.set(true);
        scheduler.shutdownNow();
        stopListening();
        try {
            for (Socket socket : sockets) {
                socket.close();
            }
        } catch (IOException e) {
            // What matters is that they are closed.
        }
        connections.forEach(PlayedConnection::drop);
        threads.shutdownNow();
    }

    private static Thread daemon(Runnable task) {
        var thread = new Thread(task, "gateway");
        thread.setDaemon(true);
        return thread;
    }

    /** What the connections need. */
    private final class OpenGate implements PlayedConnection.Surroundings {
        private final String appId = UUID.randomUUID().toString();

        @Override
        public GatewayCounts counts() {
            return counts;
        }

        @Override
        public Duration silence() {
            return settings.silence();
        }

        @Override
        public String appId() {
            return appId;
        }

        @Override
        public long now() {
            return clock.millis();
        }

        @Override
        public void later(Duration after, Runnable task) {
            if (!closed.get()) {
                var unused = scheduler.schedule(task, after.toNanos(), TimeUnit.NANOSECONDS);
            }
        }

        @Override
        public synchronized void changed() {
            notifyAll();
        }

        synchronized boolean await(int number, Duration limit) throws InterruptedException {
            long end = System.nanoTime() + limit.toNanos();
            while (openConnections().size() < number) {
                long left = TimeUnit.NANOSECONDS.toMillis(end - System.nanoTime());
                if (left <= 0) {
                    return false;
                }
                wait(left);
            }
            return true;
        }
    }
}
