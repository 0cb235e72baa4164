package io.github.dingtalkinbox.service.gateway;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** The frames of one connection that wait for an answer, by {@code messageId}. Safe for use by many threads. */
final class UnansweredFrames {
    private final Map<String, Deque<Unanswered>> byMessageId = new HashMap<>();
    private boolean ended;

    /** Adds a frame that is about to be sent. If the connection has ended, its answer has failed already. */
    Unanswered add(PlayedFrame frame, String messageId) {
        var one = new Unanswered(frame, System.nanoTime(), new CompletableFuture<>());
        if (!isAdded(one, messageId)) {
            one.fail();
        }
        return one;
    }

    /** The oldest one with this id that somebody still waits for, or else the oldest; null if there is none. */
    synchronized @Nullable Unanswered take(String messageId) {
        Deque<Unanswered> same = byMessageId.get(messageId);
        if (same == null) {
            return null;
        }
        Unanswered oldest =
                same.stream().filter(u -> !u.answer().isDone()).findFirst().orElseGet(same::element);
        same.remove(oldest);
        if (same.isEmpty()) {
            byMessageId.remove(messageId);
        }
        return oldest;
    }

    /** No answer will come any more. */
    void end() {
        takeAll().values().forEach(same -> same.forEach(Unanswered::fail));
    }

    private synchronized boolean isAdded(Unanswered one, String messageId) {
        if (!ended) {
            byMessageId.computeIfAbsent(messageId, id -> new ArrayDeque<>()).add(one);
        }
        return !ended;
    }

    private synchronized Map<String, Deque<Unanswered>> takeAll() {
        ended = true;
        var all = new HashMap<>(byMessageId);
        byMessageId.clear();
        return all;
    }

    /** @param since when it was handed to the connection, on the clock of {@link System#nanoTime} */
    record Unanswered(PlayedFrame frame, long since, CompletableFuture<FrameAnswer> answer) {
        void fail() {
            answer.completeExceptionally(new IOException("The connection has ended"));
        }
    }
}
