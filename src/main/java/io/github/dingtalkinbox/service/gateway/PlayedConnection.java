package io.github.dingtalkinbox.service.gateway;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.github.dingtalkinbox.service.gateway.UnansweredFrames.Unanswered;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.OptionalInt;
import java.util.Queue;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/**
 * One WebSocket of a client to a {@link PlayedGateway}. No method waits for the client. Safe for use by many threads.
 *
 * <p>A future of an answer fails with an {@link IOException} when the connection ends before. It has no time limit.
 */
public final class PlayedConnection {
    static final Duration LONGEST_CLOSE = Duration.ofSeconds(2);

    private static final int KEPT = 1000;
    private static final int LONGEST_TEXT = 4 << 20;
    private static final int PROTOCOL_ERROR = 1002;
    private static final int NOT_YET = -1;

    private final int number;
    private final Surroundings gate;
    private final Socket tcp;
    private final DataInputStream in;
    private final GatewayWriter writer;
    private final String id = UUID.randomUUID().toString();
    private final AtomicLong messages = new AtomicLong();
    private final UnansweredFrames unanswered = new UnansweredFrames();
    private final Deque<String> received = new ArrayDeque<>();
    private final ByteArrayOutputStream parts = new ByteArrayOutputStream();
    private final Queue<CompletableFuture<Void>> pongs = new ConcurrentLinkedQueue<>();
    private final AtomicInteger pings = new AtomicInteger();
    private final AtomicInteger closeCode = new AtomicInteger(NOT_YET);
    private final AtomicBoolean retired = new AtomicBoolean();
    private final AtomicBoolean isAskedToLeave = new AtomicBoolean();
    private final AtomicBoolean isEnding = new AtomicBoolean();
    private final CountDownLatch ended = new CountDownLatch(1);
    private volatile boolean deaf;

    /** @param tcp closed at the end, also below TLS */
    PlayedConnection(int number, Surroundings gate, Socket tcp, DataInputStream in, GatewayWriter writer) {
        this.number = number;
        this.gate = gate;
        this.tcp = tcp;
        this.in = in;
        this.writer = writer;
    }

    /** From 1, in the order in which they were opened. */
    public int number() {
        return number;
    }

    /** Whether the gateway chooses it for events: neither ended nor asked to disconnect. */
    public boolean isOpen() {
        return !retired.get() && !isEnded();
    }

    /** Whether it was asked to connect anew, and has not ended yet. */
    public boolean isLeaving() {
        return isAskedToLeave.get() && !isEnded();
    }

    /** Whether it reads or sends nothing more, which the gateway may not have noticed. */
    public boolean isSilent() {
        return deaf || writer.isMute();
    }

    /** Whether it has no TCP connection any more. */
    public boolean isEnded() {
        return ended.getCount() == 0;
    }

    /** Waits for the end; false if it does not come in this time. */
    public boolean awaitEnd(Duration limit) throws InterruptedException {
        return ended.await(limit.toNanos(), TimeUnit.NANOSECONDS);
    }

    /** The code of the client's close frame; empty if none has come. 1005: a close frame without a code. */
    public OptionalInt closeCode() {
        int code = closeCode.get();
        return code == NOT_YET ? OptionalInt.empty() : OptionalInt.of(code);
    }

    /** The last texts that came on it, at most 1000. */
    public List<String> received() {
        synchronized (received) {
            return List.copyOf(received);
        }
    }

    /** How many WebSocket pings have come. */
    public int pings() {
        return pings.get();
    }

    /** An id for a frame that nobody has used. */
    public String newMessageId() {
        return id.substring(0, 8) + "-" + messages.incrementAndGet();
    }

    public CompletableFuture<FrameAnswer> send(PlayedFrame frame) {
        return send(frame, newMessageId(), FrameForm.WHOLE);
    }

    public CompletableFuture<FrameAnswer> send(PlayedFrame frame, FrameForm form) {
        return send(frame, newMessageId(), form);
    }

    /**
     * Sends a frame with a chosen {@code messageId}.
     *
     * @param messageId also one that was used before
     */
    public CompletableFuture<FrameAnswer> send(PlayedFrame frame, String messageId, FrameForm form) {
        Unanswered sent = unanswered.add(frame, messageId);
        gate.counts().sent(frame);
        byte[] bytes = WireFrame.text(text(frame, messageId), form);
        if (form == FrameForm.SEGMENTS_OF_ONE_BYTE) {
            writer.writeByteByByte(bytes);
        } else {
            writer.write(bytes);
        }
        return sent.answer();
    }

    /** Sends frames in one TCP segment, if they fit into one. */
    public List<CompletableFuture<FrameAnswer>> sendTogether(List<PlayedFrame> frames) {
        var bytes = new ByteArrayOutputStream();
        List<CompletableFuture<FrameAnswer>> answers = new ArrayList<>();
        for (PlayedFrame frame : frames) {
            String messageId = newMessageId();
            answers.add(unanswered.add(frame, messageId).answer());
            gate.counts().sent(frame);
            bytes.writeBytes(WireFrame.text(text(frame, messageId), FrameForm.WHOLE));
        }
        writer.write(bytes.toByteArray());
        return answers;
    }

    /** Sends any text, which need not be a frame of DingTalk's protocol. */
    public void sendText(String text) {
        writer.write(WireFrame.text(text, FrameForm.WHOLE));
    }

    /** Sends any bytes, which need not be a WebSocket frame: afterwards the client cannot go on. */
    public void sendBytes(byte[] bytes) {
        writer.write(bytes);
    }

    /** Sends a WebSocket ping. The future ends with the pong. */
    public CompletableFuture<Void> ping() {
        var pong = new CompletableFuture<Void>();
        pongs.add(pong);
        writer.write(new WireFrame(WireFrame.PING, true, new byte[] {'p'}).bytes());
        return pong;
    }

    /** The gateway's own ping, of which none comes after a {@code disconnect}. */
    synchronized void pingIfOpen() {
        if (isOpen()) {
            var unused = send(PlayedFrame.ping(UUID.randomUUID().toString()));
        }
    }

    /**
     * Sends a {@code disconnect}; from then on the gateway sends nothing more of itself, and ends the connection after
     * {@link GatewaySettings#silence}. Events can still be sent by hand. May be repeated.
     */
    public synchronized CompletableFuture<FrameAnswer> disconnect(String reason) {
        if (!retired.getAndSet(true)) {
            gate.later(gate.silence(), this::drop);
        }
        isAskedToLeave.set(true);
        return send(PlayedFrame.disconnect(reason));
    }

    /** The gateway sends nothing more of itself, and says nothing about it. */
    public void retire() {
        retired.set(true);
        gate.changed();
    }

    /** As {@link #retire}, but some time later. */
    public void retireAfter(Duration time) {
        gate.later(time, this::retire);
    }

    /** Closes it with a close frame, and waits up to 2 s for that of the client. */
    public void close(int code, String reason) {
        retired.set(true);
        writer.write(WireFrame.close(code, reason).bytes());
        gate.later(LONGEST_CLOSE, this::drop);
    }

    /** Ends the TCP connection without a close frame. */
    public void drop() {
        end();
    }

    /** Ends the TCP connection by a reset. */
    public void reset() {
        try {
            tcp.setSoLinger(true, 0);
        } catch (IOException e) {
            // It has ended before.
        }
        end();
    }

    /** Reads nothing more, and does not say so; what is sent goes on. */
    public void stopReading() {
        deaf = true;
    }

    /** Sends nothing more, neither pongs nor what tests send, and does not say so; what comes is read. */
    public void stopSending() {
        writer.mute();
    }

    /** Half-dead: neither reads nor sends, and the TCP connection stays. */
    public void die() {
        stopSending();
        stopReading();
    }

    /** Reads until the end. */
    void read() throws InterruptedException {
        try {
            while (true) {
                WireFrame frame = WireFrame.read(in);
                if (isEnding.get()) {
                    return; // closing says so to the client first, whose farewell may come before it is done
                }
                if (deaf) {
                    ended.await();
                    return;
                }
                receive(frame);
            }
        } catch (WireFrame.BrokenProtocol e) {
            gate.counts().fault(number, String.valueOf(e.getMessage()));
            close(PROTOCOL_ERROR, "");
        } catch (IOException e) {
            end();
        }
    }

    /** Writes until the end. */
    void write() throws InterruptedException {
        try {
            writer.run();
        } catch (IOException e) {
            // The client has gone.
        } finally {
            end();
        }
    }

    private void receive(WireFrame frame) throws IOException {
        switch (frame.opcode()) {
            case WireFrame.TEXT, WireFrame.CONTINUATION -> assemble(frame);
            case WireFrame.PING -> {
                pings.incrementAndGet();
                writer.write(new WireFrame(WireFrame.PONG, true, frame.payload()).bytes());
            }
            case WireFrame.PONG -> {
                CompletableFuture<Void> pong = pongs.poll();
                if (pong != null) {
                    pong.complete(null);
                }
            }
            case WireFrame.CLOSE -> {
                retire();
                closeCode.set(frame.closeCode());
                writer.write(new WireFrame(WireFrame.CLOSE, true, frame.payload()).bytes());
                writer.finish();
            }
            default -> throw new WireFrame.BrokenProtocol("A frame of the client has the opcode " + frame.opcode());
        }
    }

    private void assemble(WireFrame frame) throws IOException {
        parts.writeBytes(frame.payload());
        if (parts.size() > LONGEST_TEXT) {
            throw new WireFrame.BrokenProtocol("A text of the client is longer than " + LONGEST_TEXT + " bytes");
        }
        if (frame.last()) {
            String text = parts.toString(UTF_8);
            parts.reset();
            answered(text);
        }
    }

    private void answered(String text) {
        synchronized (received) {
            if (received.size() == KEPT) {
                received.remove();
            }
            received.add(text);
        }
        AnswerCheck check = AnswerCheck.read(text).orElse(null);
        Unanswered frame = check == null ? null : unanswered.take(check.messageId());
        if (check != null && frame == null && isEnding.get()) {
            return; // of a frame that was forgotten when the connection ended
        }
        if (check == null || frame == null) {
            gate.counts()
                    .fault(
                            number,
                            check == null
                                    ? "what came is not a JSON object"
                                    : "an answer to a frame that was not sent on it, or is answered already");
            return;
        }
        String fault = check.faultFor(frame.frame());
        if (fault != null) {
            gate.counts().fault(number, fault);
        }
        String status = frame.frame().isEvent() ? check.status() : "";
        gate.counts().answered(frame.frame(), status, fault);
        var time = Duration.ofNanos(System.nanoTime() - frame.since());
        frame.answer().complete(new FrameAnswer(check.messageId(), number, text, status, fault, time));
    }

    private String text(PlayedFrame frame, String messageId) {
        return frame.text(messageId, gate.now(), gate.appId(), id);
    }

    private void end() {
        if (isEnding.getAndSet(true)) {
            return;
        }
        try {
            tcp.close();
        } catch (IOException e) {
            // What matters is that it is closed.
        }
        ended.countDown();
        writer.finish();
        unanswered.end();
        gate.changed();
    }

    /** What a connection needs of its gateway. */
    interface Surroundings {
        GatewayCounts counts();

        Duration silence();

        String appId();

        /** Milliseconds since 1970. */
        long now();

        void later(Duration after, Runnable task);

        /** A connection has ended, or is not to be used any more. */
        void changed();
    }
}
