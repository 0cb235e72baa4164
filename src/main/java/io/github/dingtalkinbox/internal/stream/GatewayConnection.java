package io.github.dingtalkinbox.internal.stream;

import io.github.dingtalkinbox.internal.stream.FrameAssembler.WholeText;
import io.github.dingtalkinbox.internal.stream.StreamListener.Acknowledgement;
import io.github.dingtalkinbox.internal.stream.StreamListener.Ending;
import io.github.dingtalkinbox.internal.stream.StreamListener.FrameKind;
import io.github.dingtalkinbox.internal.transaction.TimeLimits;
import java.net.http.WebSocket;
import java.nio.ByteBuffer;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One WebSocket to DingTalk, from its opening to its end. Frames are read one after the other, and their events are
 * processed side by side; each is answered once it is known what has become of it.
 *
 * <p>Safe for use by many threads; nothing that the WebSocket calls blocks, so that a ping is always answered.
 */
final class GatewayConnection implements WebSocket.Listener {
    /** After this long without a frame, a ping of our own asks whether the other side is still there. */
    private static final Duration QUIET = Duration.ofSeconds(20);

    /**
     * So often within that time it is asked again. The JDK does not tell that the other side has ended the connection if it
     * learns of it while a frame is handed over; but what is sent later then fails.
     */
    private static final int ASKED_AGAIN = 4;

    /** What runs is decided long before: 0.3 s after the deadline of the receiver. */
    private static final Duration GRACE = Duration.ofSeconds(3);

    /** For the other side to close, too. */
    private static final Duration FAREWELL = Duration.ofSeconds(1);

    /** Is never sent: so the JDK says that TCP has ended. (RFC 6455, 7.1.5) */
    private static final int NO_CLOSE_FRAME = 1006;

    private final String app;
    private final Context context;
    private final Pulse pulse;
    private final EventLane events;
    private final FrameAssembler assembler = new FrameAssembler();
    private final CompletableFuture<Void> firstSign = new CompletableFuture<>();
    private final CompletableFuture<End> leaving = new CompletableFuture<>();
    private final CompletableFuture<Void> ended = new CompletableFuture<>();
    private volatile @Nullable Sends sends;
    private volatile long lastSign = System.nanoTime();
    private volatile long lastAsked = System.nanoTime();
    private volatile boolean hasWorked;

    /** @param pulse of all connections that follow each other under one number */
    GatewayConnection(String app, Context context, Pulse pulse) {
        this.app = app;
        this.context = context;
        this.pulse = pulse;
        this.events = new EventLane(app, context, this::answer, this::readOnAgain);
    }

    /** Completes when anything has been received. */
    CompletableFuture<Void> firstSign() {
        return firstSign;
    }

    /** Completes when another connection has to take the place of this one, which may still bring frames. */
    CompletableFuture<End> leaving() {
        return leaving;
    }

    /** Whether a frame has come that only a working connection brings. */
    boolean hasWorked() {
        return hasWorked;
    }

    /** Whether it has ended, and its events, too. */
    boolean isOver() {
        return ended.isDone() && events.isIdle();
    }

    /** From now on, another connection is to take its place; this one goes on meanwhile. */
    void leave(Ending reason) {
        leaving.complete(new End(reason, null));
    }

    /** Looks after it; called about once a second. */
    void check(Duration watchdog) {
        long now = System.nanoTime();
        long silence = now - lastSign;
        long quiet = Math.min(QUIET.toNanos(), watchdog.toNanos() / 2);
        Sends to = sends;
        if (to != null && to.stuckFor().compareTo(watchdog) > 0) {
            abort(Ending.SILENT, "DingTalk has read nothing for " + watchdog.toSeconds() + " s");
        } else if (events.isHeldBack()) {
            lastSign = now; // we do not listen, so it is not silent
        } else if (silence > watchdog.toNanos()) {
            abort(Ending.SILENT, "nothing was received for " + watchdog.toSeconds() + " s");
        } else if (silence > quiet && now - lastAsked > quiet / ASKED_AGAIN) {
            ask();
        }
    }

    /** Asks for a sign of life. */
    private void ask() {
        lastAsked = System.nanoTime();
        Sends to = sends;
        if (to != null) {
            to.ping(this::endIfFailed);
        }
    }

    /**
     * Ends it: no further event is begun, those that run are finished, all are answered, then it is closed.
     *
     * @return completes when it has ended, at the latest after 5 s
     */
    CompletableFuture<Void> close() {
        CompletableFuture<Void> idle = events.stop();
        Sends to = sends;
        if (to == null) {
            abort(Ending.STOPPED, null); // also what is opened just now
            return ended;
        }
        // What still comes is not read by us, but the other side's farewell comes behind it.
        to.socket().request(Long.MAX_VALUE);
        return idle.completeOnTimeout(null, GRACE.toMillis(), TimeUnit.MILLISECONDS)
                .thenCompose(done -> to.close()
                        .copy()
                        .handle((sent, failure) -> sent)
                        .orTimeout(FAREWELL.toMillis(), TimeUnit.MILLISECONDS))
                .handle((sent, failure) -> sent)
                .thenCompose(sent -> ended.copy().completeOnTimeout(null, FAREWELL.toMillis(), TimeUnit.MILLISECONDS))
                .whenComplete((done, failure) -> abort(Ending.STOPPED, null));
    }

    /** Ends it at once, whatever the other side does. */
    void abort(Ending reason, @Nullable String why) {
        end(reason, why);
        Sends to = sends;
        if (to != null) {
            to.socket().abort();
        }
    }

    @Override
    public void onOpen(WebSocket socket) {
        sends = new Sends(socket);
        if (ended.isDone()) { // it was given up while it was opened
            socket.abort();
            return;
        }
        ask(); // so that a first sign does not take until DingTalk's next ping
        socket.request(1);
    }

    @Override
    public @Nullable CompletionStage<?> onText(WebSocket socket, CharSequence part, boolean isLast) {
        noticeSign();
        WholeText message = assembler.add(part, isLast);
        if (message != null) {
            receive(message.isCut() ? Frame.readStart(message.text()) : Frame.read(message.text()));
        }
        readOn(socket);
        return null;
    }

    @Override
    public @Nullable CompletionStage<?> onBinary(WebSocket socket, ByteBuffer part, boolean isLast) {
        noticeSign();
        if (isLast) {
            receive(new Frame(FrameKind.UNREADABLE, Map.of(), ""));
        }
        readOn(socket);
        return null;
    }

    @Override
    public @Nullable CompletionStage<?> onPing(WebSocket socket, ByteBuffer message) { // the JDK answers
        noticeSign();
        readOn(socket);
        return null;
    }

    @Override
    public @Nullable CompletionStage<?> onPong(WebSocket socket, ByteBuffer message) {
        noticeSign();
        readOn(socket);
        return null;
    }

    @Override
    public @Nullable CompletionStage<?> onClose(WebSocket socket, int status, String reason) {
        if (status == NO_CLOSE_FRAME) {
            end(Ending.FAILED, "it was ended without a close frame, by the network or by DingTalk");
        } else {
            end(Ending.CLOSED, "DingTalk closed it with " + status + (reason.isEmpty() ? "" : " " + reason));
        }
        return null;
    }

    @Override
    public void onError(WebSocket socket, Throwable failure) {
        end(Ending.FAILED, "it failed (" + failure + ")");
        socket.abort();
    }

    private void noticeSign() {
        lastSign = System.nanoTime();
        pulse.beat();
        firstSign.complete(null);
    }

    private void receive(Frame frame) {
        context.listener().received(app, frame.kind());
        if (frame.kind() != FrameKind.DISCONNECT && frame.kind() != FrameKind.UNREADABLE) {
            hasWorked = true;
        }
        switch (frame.kind()) {
            case EVENT -> events.add(frame);
            case CALLBACK -> send(Reply.ofCallback(frame));
            case PING -> send(Reply.pong(frame));
            case DISCONNECT -> {
                send(Reply.seen(frame)); // else it is repeated, according to DingTalk's client in Go
                leave(Ending.DISCONNECT);
            }
            case TOO_LARGE -> {
                context.frames().tooLarge(app, frame);
                answerLater(frame);
            }
            case UNKNOWN -> send(Reply.unknown(frame));
            case UNREADABLE -> {
                context.frames().unreadable(app, frame);
                answerLater(frame);
            }
            case SYSTEM -> {}
        }
    }

    private void answerLater(Frame frame) {
        if (!frame.messageId().isEmpty()) {
            answer(frame, Acknowledgement.LATER, System.nanoTime());
        }
    }

    private void answer(Frame frame, Acknowledgement answer, long since) {
        Sends to = sends;
        if (to == null) {
            throw new IllegalStateException("Something was received before it was open");
        }
        String reply = answer == Acknowledgement.SUCCESS ? Reply.success(frame) : Reply.later(frame);
        to.text(reply, failure -> {
            Duration time = Duration.ofNanos(System.nanoTime() - since);
            context.listener().acknowledged(app, failure == null ? answer : Acknowledgement.UNSENT, time);
            endIfFailed(failure);
        });
    }

    private void send(String reply) {
        Sends to = sends;
        if (to != null) {
            to.text(reply, this::endIfFailed);
        }
    }

    private void endIfFailed(@Nullable Throwable failure) {
        if (failure != null) {
            abort(Ending.FAILED, "nothing can be sent (" + failure + ")");
        }
    }

    private void readOn(WebSocket socket) {
        if (!events.holdsBack()) {
            socket.request(1);
        }
    }

    private void readOnAgain() {
        Sends to = sends;
        if (to != null) {
            to.socket().request(1);
        }
    }

    private void end(Ending reason, @Nullable String why) {
        leaving.complete(new End(reason, why));
        ended.complete(null);
    }

    /**
     * What all connections of a node share.
     *
     * @param turns of events
     * @param threads for events, each of which takes one while it is processed
     * @param deadline by when an event is decided, if the database answers
     */
    record Context(
            EventFrames frames,
            StreamListener listener,
            Turns turns,
            Executor threads,
            TimeLimits timeLimits,
            Duration deadline,
            Clock clock) {}

    /**
     * Why another connection takes its place.
     *
     * @param why in words; null: it is as it should be
     */
    record End(Ending reason, @Nullable String why) {}
}
