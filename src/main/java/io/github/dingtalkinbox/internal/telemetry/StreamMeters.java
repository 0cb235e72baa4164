package io.github.dingtalkinbox.internal.telemetry;

import io.github.dingtalkinbox.internal.stream.StreamListener;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Meter.MeterProvider;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;

/** Counts frames and reconnects of the connections to DingTalk's gateway, and times acknowledgements. */
final class StreamMeters implements StreamListener {
    /** Up to DingTalk's limit, 3 s. An event is acknowledged 0.3 s after the deadline at the latest: 1.3 s by default. */
    private static final Duration[] ACKNOWLEDGEMENT_BUCKETS = InboxMeters.buckets(
            "5ms", "10ms", "25ms", "50ms", "100ms", "250ms", "500ms", "1s", "1500ms", "2s", "2500ms", "3s");

    private final MeterProvider<Counter> frames;
    private final MeterProvider<Counter> reconnects;
    private final MeterProvider<Timer> acknowledgement;

    StreamMeters(MeterRegistry registry) {
        frames = InboxMeters.counter("stream.frames", "Frames received from DingTalk's gateway, by kind", registry);
        reconnects = InboxMeters.counter(
                "stream.reconnects", "New attempts to connect to DingTalk's gateway, by what ended the last", registry);
        acknowledgement = Timer.builder(InboxMeters.name("stream.acknowledgement"))
                .description("Time between the arrival of an event and its acknowledgement")
                .serviceLevelObjectives(ACKNOWLEDGEMENT_BUCKETS)
                .withRegistry(registry);
    }

    /** Shows zeros for this app: a counter that is created by the first frame has no rate for it. */
    void expect(String app) {
        for (FrameKind kind : FrameKind.values()) {
            frames(app, kind);
        }
        for (Ending reason : Ending.values()) {
            if (isFollowed(reason)) {
                reconnects(app, reason);
            }
        }
        for (Acknowledgement answer : Acknowledgement.values()) {
            acknowledgement(app, answer);
        }
    }

    @Override
    public void received(String app, FrameKind kind) {
        frames(app, kind).increment();
    }

    @Override
    public void ended(String app, Ending reason) {
        if (isFollowed(reason)) {
            reconnects(app, reason).increment();
        }
    }

    @Override
    public void acknowledged(String app, Acknowledgement answer, Duration time) {
        acknowledgement(app, answer).record(time);
    }

    private Counter frames(String app, FrameKind kind) {
        return frames.withTags("app", app, "kind", InboxMeters.word(kind));
    }

    private Counter reconnects(String app, Ending reason) {
        return reconnects.withTags("app", app, "reason", InboxMeters.word(reason));
    }

    private Timer acknowledgement(String app, Acknowledgement answer) {
        return acknowledgement.withTags("app", app, "answer", InboxMeters.word(answer));
    }

    /** Whether the next connection takes the place of one that ended so. */
    private static boolean isFollowed(Ending reason) {
        return reason != Ending.STOPPED;
    }
}
