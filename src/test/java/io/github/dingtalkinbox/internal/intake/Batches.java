package io.github.dingtalkinbox.internal.intake;

import io.github.dingtalkinbox.BatchEventHandler;
import io.github.dingtalkinbox.Event;
import io.github.dingtalkinbox.EventHandler;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** A handler that takes many events at once, one after the other, and remembers which ones came together. */
public final class Batches implements BatchEventHandler {
    private final EventHandler each;
    private final List<List<Event>> all = new CopyOnWriteArrayList<>();

    Batches(EventHandler each) {
        this.each = each;
    }

    @Override
    public boolean handles(Event event) {
        return !Gate.isItsOwn(event) && each.handles(event);
    }

    @Override
    public void handleAll(List<Event> events) throws Exception {
        all.add(events);
        for (Event event : events) {
            each.handle(event);
        }
    }

    /** How many events came together, each time. */
    List<Integer> sizes() {
        return all.stream().map(List::size).toList();
    }
}
