package io.github.dingtalkinbox.bench.http;

import io.github.dingtalkinbox.bench.http.Clients.Took;
import io.github.dingtalkinbox.service.gateway.FrameAnswer;
import io.github.dingtalkinbox.service.gateway.PlayedFrame;
import io.github.dingtalkinbox.service.gateway.PlayedGateway;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** A sender like DingTalk's Stream gateway: so many frames at once wait for their answers. */
final class StreamLoad {
    private static final JsonMapper MAPPER = new JsonMapper();

    private final PlayedGateway gateway;
    private final int underWay;
    private final Supplier<ProcessorTime> processorTime;

    StreamLoad(PlayedGateway gateway, int underWay, Supplier<ProcessorTime> processorTime) {
        this.gateway = gateway;
        this.underWay = underWay;
        this.processorTime = processorTime;
    }

    /** Sends deliveries in their order, each once, until the pace or the deliveries are at their end. */
    Measured run(List<Callback> callbacks, Pace pace) throws Exception {
        List<PlayedFrame> frames =
                callbacks.parallelStream().map(StreamLoad::frame).toList();
        ProcessorTime before = processorTime.get();
        Run run = new Run(frames, pace);
        run.go();
        double seconds = (System.nanoTime() - run.start) / 1e9;
        Took took = new Took(run.sent, run.micros, seconds, processorTime.get().since(before));
        List<Callback> sent = new ArrayList<>(callbacks.subList(0, run.sent));
        Set<Callback> answered = new HashSet<>();
        IntStream.range(0, run.sent).filter(n -> !run.refused.get(n)).forEach(n -> answered.add(sent.get(n)));
        return new Measured(sent, answered, run.refused.cardinality(), took);
    }

    /** What DingTalk has in the headers of the frame is not in its data. */
    private static PlayedFrame frame(Callback callback) {
        ObjectNode json = (ObjectNode) MAPPER.readTree(callback.json());
        String type = json.remove("EventType").asString();
        String corpId = json.remove("CorpId").asString();
        String eventId = json.remove("eventId").asString();
        long bornTime = json.remove("EventTime").asLong();
        json.remove("BizId");
        return PlayedFrame.event(type, eventId, corpId, bornTime, json.toString());
    }

    private final class Run {
        private final List<PlayedFrame> frames;
        private final Pace pace;
        private final long start = System.nanoTime();
        private final Semaphore places = new Semaphore(underWay);
        private final Histogram micros = new Histogram(3);
        private final BitSet refused = new BitSet();
        private int sent;

        private Run(List<PlayedFrame> frames, Pace pace) {
            this.frames = frames;
            this.pace = pace;
        }

        private void go() throws InterruptedException, TimeoutException {
            while (sent < frames.size() && pace.goesOn(System.nanoTime() - start)) {
                take(1);
                long due = pace.due(sent, start);
                for (long left = due - System.nanoTime(); left > 0; left = due - System.nanoTime()) {
                    LockSupport.parkNanos(left);
                }
                int number = sent;
                sent++;
                var unused = gateway.push(frames.get(number))
                        .whenComplete((answer, failure) -> answered(number, due, answer));
            }
            take(underWay);
        }

        private void take(int permits) throws InterruptedException, TimeoutException {
            if (!places.tryAcquire(permits, Clients.LONGEST_RUN.toSeconds(), TimeUnit.SECONDS)) {
                throw new TimeoutException("Not answered within " + Clients.LONGEST_RUN);
            }
        }

        private synchronized void answered(int number, long due, @Nullable FrameAnswer answer) {
            micros.recordValue((System.nanoTime() - due) / 1000);
            if (answer == null || !answer.isSuccess()) {
                refused.set(number);
            }
            places.release();
        }
    }
}
