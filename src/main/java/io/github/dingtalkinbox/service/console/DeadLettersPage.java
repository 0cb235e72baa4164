package io.github.dingtalkinbox.service.console;

import io.github.dingtalkinbox.internal.store.QueueState;
import io.github.dingtalkinbox.service.operations.Instruction;
import io.github.dingtalkinbox.service.operations.OperatorOutcome;
import io.github.dingtalkinbox.service.operations.QueueOperations;
import io.github.dingtalkinbox.service.operations.QueuePosition;
import io.github.dingtalkinbox.service.operations.QueueSelection;
import io.github.dingtalkinbox.service.operations.QueuedEntry;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.springframework.web.servlet.function.RouterFunctions;
import org.springframework.web.servlet.function.ServerRequest;
import org.springframework.web.servlet.function.ServerResponse;

/** The dead letters: replay or discard one, several or all. */
final class DeadLettersPage {
    private static final String PATH = "/dead-letters";
    private static final int ROWS = 50;
    private static final int LINES = 20;
    private static final Set<QueueState> DEAD = Set.of(QueueState.DEAD);

    private final QueueOperations operations;
    private final Layout layout;

    DeadLettersPage(QueueOperations operations, Layout layout) {
        this.operations = operations;
        this.layout = layout;
    }

    void addTo(RouterFunctions.Builder routes) {
        routes.GET(PATH, this::show).POST(PATH + "/replay", this::replay).POST(PATH + "/discard", this::discard);
    }

    private ServerResponse show(ServerRequest request) {
        Position after = Position.parse(Filter.text(request, "after"));
        List<QueuedEntry> entries = operations.list(
                selection(List.of(), Filter.text(request, "type")),
                ROWS,
                after == null ? null : new QueuePosition(after.time(), after.id()));
        Map<String, Object> model = new TreeMap<>();
        model.put("entries", entries);
        model.put("type", request.param("type").orElse(""));
        if (after != null) {
            model.put("firstUrl", Urls.without(request, "after"));
        }
        if (entries.size() == ROWS) {
            QueuedEntry last = entries.get(ROWS - 1);
            model.put("nextUrl", Urls.with(request, "after", new Position(last.queuedAt(), last.eventId()).toString()));
        }
        return layout.show(request, "dead-letters", model);
    }

    private ServerResponse replay(ServerRequest request) {
        return each(request, (id, instruction) -> operations.replay(id, DEAD, instruction));
    }

    private ServerResponse discard(ServerRequest request) {
        return each(request, (id, instruction) -> operations.discard(id, DEAD, instruction));
    }

    /** The selected events; or all of them, or all of one type. */
    private ServerResponse each(ServerRequest request, DeadLetterAction action) {
        String reason = Filter.text(request, "reason");
        boolean isAll = request.param("all").isPresent();
        List<String> ids = request.params().getOrDefault("id", List.of());
        if (reason == null || (ids.isEmpty() && !isAll)) {
            return back(request, Notice.refused(reason == null ? "notice.reason" : "notice.none"));
        }
        if (layout.wasSent(request)) {
            return back(request, Notice.refused("notice.sent"));
        }
        Visitor visitor = Visitor.of(request);
        Instruction instruction = visitor.instruction(reason);
        ActionTally tally = new ActionTally(layout.words(), visitor);
        operations.each(
                isAll ? selection(List.of(), Filter.text(request, "type")) : selection(ids, null),
                id -> tally.add(id, action.act(id, instruction)));
        return back(request, tally.notice());
    }

    private static QueueSelection selection(List<String> ids, @Nullable String type) {
        return new QueueSelection(ids, type, null, null, DEAD);
    }

    private static ServerResponse back(ServerRequest request, Notice notice) {
        notice.leave(request);
        return Layout.seeOther(request, PATH);
    }

    private interface DeadLetterAction {
        OperatorOutcome act(String id, Instruction instruction);
    }

    /** How many were changed, and why others were not. */
    private static final class ActionTally {
        private final List<String> done = new ArrayList<>();
        private final List<String> refused = new ArrayList<>();
        private final Words words;
        private final Visitor visitor;

        private ActionTally(Words words, Visitor visitor) {
            this.words = words;
            this.visitor = visitor;
        }

        private void add(String id, OperatorOutcome settlement) {
            (settlement.result() == OperatorOutcome.Result.DONE ? done : refused)
                    .add(id + " " + words.settlement(settlement, visitor));
        }

        private Notice notice() {
            List<String> lines = new ArrayList<>(List.of(done.size() + " / " + (done.size() + refused.size())));
            refused.stream().limit(LINES).forEach(lines::add);
            return new Notice(
                    refused.isEmpty() ? "notice.done" : "notice.partly", refused.isEmpty(), List.copyOf(lines));
        }
    }
}
