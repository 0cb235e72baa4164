package io.github.dingtalkinbox.internal.intake;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.dingtalkinbox.Event;
import io.github.dingtalkinbox.EventHandler;
import io.github.dingtalkinbox.Outcome;
import io.github.dingtalkinbox.Receiver;
import io.github.dingtalkinbox.internal.identity.TestEvents;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * Has every delivery share its transaction with two neighbours, one that arrived before it and one that arrived after it.
 */
final class Company {
    private final ExecutorService threads;
    private final List<Event> neighbours = new CopyOnWriteArrayList<>();

    Company(ExecutorService threads) {
        this.threads = threads;
    }

    /** All that there were. */
    List<Event> neighbours() {
        return neighbours;
    }

    Gate newGate() {
        return new Gate(threads);
    }

    /** The handlers of a node, which take many events at once. */
    static List<EventHandler> together(List<EventHandler> handlers, Gate gate) {
        List<EventHandler> all = new ArrayList<>();
        all.add(gate);
        handlers.forEach(handler -> all.add(new Batches(handler)));
        return all;
    }

    /**
     * The entrance of a node for deliveries that are to have company.
     *
     * @param node has one connection to process with, and handlers that take many events at once
     * @param gate one of these handlers
     */
    Receiver entrance(Receiver node, Gate gate) {
        return events -> receive(node, gate, events);
    }

    private List<Outcome> receive(Receiver node, Gate gate, List<Event> events) throws Exception {
        Thread caller = Thread.currentThread();
        AtomicBoolean isAnswered = new AtomicBoolean();
        gate.close(node, Gate.TYPE);
        Future<List<Outcome>> before = gate.deliver(node, neighbours(events));
        Future<List<Outcome>> after = threads.submit(() -> {
            Gate.await(() -> isAnswered.get() || Gate.isWaiting(caller));
            Future<List<Outcome>> last = gate.deliver(node, neighbours(events));
            gate.open();
            return last.get();
        });
        try {
            return node.receive(events);
        } finally {
            isAnswered.set(true);
            assertThat(before.get()).allMatch(ContractFixture::isFirst);
            assertThat(after.get()).allMatch(ContractFixture::isFirst);
        }
    }

    /** New events that take the same way as these. */
    private List<Event> neighbours(List<Event> events) {
        List<Event> delivery = events.stream().map(Company::neighbour).toList();
        neighbours.addAll(delivery);
        return delivery;
    }

    private static Event neighbour(Event event) {
        String name = "neighbour-" + UUID.randomUUID();
        ObjectNode json = JsonMapper.shared().createObjectNode();
        json.put("EventType", event.type());
        json.put("CorpId", event.corpId());
        json.put("processInstanceId", name);
        if (event.identity().window() == null) {
            json.put("eventId", name);
        }
        return TestEvents.event(json.toString());
    }
}
