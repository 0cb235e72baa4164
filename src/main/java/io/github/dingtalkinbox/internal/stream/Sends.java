package io.github.dingtalkinbox.internal.stream;

import java.net.http.WebSocket;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Sends on one connection, one message after the other: the JDK refuses a second one while the first is on its way. When
 * one fails, all later ones fail, too.
 *
 * <p>Safe for use by many threads; no call blocks.
 */
final class Sends {
    /** All that can be waiting while the other side reads: more means that it does not. */
    static final int MOST_WAITING = 1024;

    /** Likewise, in characters: the answer to a ping is as long as the ping. */
    static final int MOST_CHARACTERS = 4 * FrameAssembler.LARGEST;

    private static final int NORMAL_CLOSURE = 1000;

    private final WebSocket socket;
    private CompletableFuture<WebSocket> last;
    private int waiting;
    private int characters;
    private long progressAt = System.nanoTime();

    Sends(WebSocket socket) {
        this.socket = socket;
        this.last = CompletableFuture.completedFuture(socket);
    }

    /** @param sent told when the message has been passed to the network, with null, or why it could not be */
    void text(String text, Consumer<@Nullable Throwable> sent) {
        var unused =
                add(text.length(), s -> s.sendText(text, true)).whenComplete((done, failure) -> sent.accept(failure));
    }

    void ping(Consumer<@Nullable Throwable> sent) {
        var unused =
                add(0, s -> s.sendPing(ByteBuffer.allocate(0))).whenComplete((done, failure) -> sent.accept(failure));
    }

    /** After everything that was added before. */
    CompletableFuture<?> close() {
        return add(0, s -> s.sendClose(NORMAL_CLOSURE, ""));
    }

    /** For how long the other side has not taken what is on its way; zero if nothing is. */
    synchronized Duration stuckFor() {
        return waiting == 0 ? Duration.ZERO : Duration.ofNanos(System.nanoTime() - progressAt);
    }

    private synchronized CompletableFuture<?> add(int length, Function<WebSocket, CompletionStage<WebSocket>> message) {
        if (waiting >= MOST_WAITING || characters > MOST_CHARACTERS) {
            return CompletableFuture.failedFuture(
                    new IllegalStateException(waiting + " messages wait because DingTalk does not read them"));
        }
        if (waiting == 0) {
            progressAt = System.nanoTime();
        }
        waiting++;
        characters += length;
        last = last.thenCompose(message);
        return last.whenComplete((sent, failure) -> done(length));
    }

    private synchronized void done(int length) {
        waiting--;
        characters -= length;
        progressAt = System.nanoTime();
    }

    WebSocket socket() {
        return socket;
    }
}
