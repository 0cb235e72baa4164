package io.github.dingtalkinbox.service.gateway;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/** What has happened so far. Safe for use by many threads. */
final class GatewayCounts {
    private static final int SHOWN_IN_DETAIL = 100;

    private final Map<GatewayCount, LongAdder> counts = new EnumMap<>(GatewayCount.class);
    private final List<String> faults = new ArrayList<>();

    GatewayCounts() {
        for (GatewayCount what : GatewayCount.values()) {
            counts.put(what, new LongAdder());
        }
    }

    void add(GatewayCount what) {
        adder(what).increment();
    }

    void fault(int connection, String what) {
        add(GatewayCount.FAULTS);
        synchronized (faults) {
            if (faults.size() < SHOWN_IN_DETAIL) {
                faults.add("connection " + connection + ": " + what);
            }
        }
    }

    void sent(PlayedFrame frame) {
        if (frame.isEvent()) {
            add(GatewayCount.EVENTS);
        } else if (frame.isPing()) {
            add(GatewayCount.PINGS);
        }
    }

    void answered(PlayedFrame frame, String status, @Nullable String fault) {
        if (fault != null) {
            return;
        }
        if (frame.isPing()) {
            add(GatewayCount.PINGS_ANSWERED);
        } else if (frame.isEvent()) {
            add(status.equals(FrameAnswer.SUCCESS) ? GatewayCount.SUCCESS : GatewayCount.LATER);
        }
    }

    long count(GatewayCount what) {
        return adder(what).sum();
    }

    List<String> faults() {
        synchronized (faults) {
            return List.copyOf(faults);
        }
    }

    private LongAdder adder(GatewayCount what) {
        return counts.computeIfAbsent(what, w -> new LongAdder());
    }
}
