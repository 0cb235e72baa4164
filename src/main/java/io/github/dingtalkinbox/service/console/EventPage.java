package io.github.dingtalkinbox.service.console;

import io.github.dingtalkinbox.internal.text.Printable;
import io.github.dingtalkinbox.service.operations.OperatorOutcome;
import io.github.dingtalkinbox.service.operations.PastAction;
import io.github.dingtalkinbox.service.operations.QueueOperations;
import io.github.dingtalkinbox.service.operations.QueuedDetails;
import io.github.dingtalkinbox.service.operations.Repetition;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.http.HttpStatus;
import org.springframework.web.servlet.function.RouterFunctions;
import org.springframework.web.servlet.function.ServerRequest;
import org.springframework.web.servlet.function.ServerResponse;

/** One event: its deliveries, payload and effects, and what an operator can do with it. */
final class EventPage {
    private static final Logger log = LoggerFactory.getLogger(EventPage.class);
    private static final String PATH = "/event";

    private final AuditEvents events;
    private final AuditDuplicates duplicates;
    private final AuditPayloads payloads;
    private final AuditApprovals approvals;
    private final QueueOperations operations;
    private final Repetition repetition;
    private final Layout layout;

    EventPage(Views views, QueueOperations operations, Repetition repetition, Layout layout) {
        this.events = views.events();
        this.duplicates = views.duplicates();
        this.payloads = views.payloads();
        this.approvals = views.approvals();
        this.operations = operations;
        this.repetition = repetition;
        this.layout = layout;
    }

    void addTo(RouterFunctions.Builder routes) {
        routes.GET(PATH, this::show)
                .POST(PATH + "/replay", this::replay)
                .POST(PATH + "/repeat", this::repeat)
                .POST(PATH + "/discard", this::discard);
    }

    private ServerResponse show(ServerRequest request) {
        String id = request.param("id").orElse("");
        Filter any = new Filter(null, null, null, null, null, null, null, null);
        EventRow event = events.find(List.of(id), any, 1).stream().findFirst().orElse(null);
        AuditEvents.Details details =
                event == null ? null : events.details(event.eventId()).orElse(null);
        if (event == null || details == null) {
            return layout.show(request, ServerResponse.status(HttpStatus.NOT_FOUND), "no-event", Map.of("id", id));
        }
        Visitor visitor = Visitor.of(request);
        QueuedDetails queued = operations.find(event.eventId()).orElse(null);
        List<PastAction> actions = queued != null
                ? queued.actions()
                : operations
                        .findProcessed(event.eventId())
                        .map(p -> p.actions())
                        .orElse(List.of());
        Map<String, Object> model = new TreeMap<>();
        model.put("event", event);
        model.put("details", details);
        model.put(
                "timeline", TimelineEntry.of(event, details.queuedAt(), duplicates.ofEvent(event.eventId()), actions));
        if (queued != null) {
            model.put("queued", queued);
        }
        if (details.processInstanceId() != null) {
            model.put(
                    "effects",
                    approvals.find(details.processInstanceId()).stream()
                            .filter(a -> event.eventId().equals(a.eventId()))
                            .toList());
        }
        if (visitor.seesPayloads()) {
            model.put("payloads", payloads.ofEvent(event.eventId()));
        }
        return layout.show(request, "event", model);
    }

    private ServerResponse replay(ServerRequest request) {
        return act(request, (id, reason, visitor) -> operations.replay(id, Set.of(), visitor.instruction(reason)));
    }

    private ServerResponse discard(ServerRequest request) {
        return act(request, (id, reason, visitor) -> operations.discard(id, Set.of(), visitor.instruction(reason)));
    }

    /** Whatever the handlers add is added a second time, so the operator has to confirm it. */
    private ServerResponse repeat(ServerRequest request) {
        if (request.param("again").isEmpty()) {
            return back(request, Notice.refused("notice.again"));
        }
        return act(request, (id, reason, visitor) -> repetition.repeat(id, visitor.instruction(reason)));
    }

    private ServerResponse act(ServerRequest request, EventAction action) {
        String id = request.param("id").orElse("");
        String reason = Filter.text(request, "reason");
        if (reason == null) {
            return back(request, Notice.refused("notice.reason"));
        }
        if (layout.wasSent(request)) {
            return back(request, Notice.refused("notice.sent"));
        }
        try {
            Visitor visitor = Visitor.of(request);
            OperatorOutcome settlement = action.act(id, reason, visitor);
            return back(request, Notice.of(id, settlement, layout.words().settlement(settlement, visitor)));
        } catch (Exception e) {
            log.error("{}: an action of an operator in the console failed", Printable.line(id), e);
            return back(request, Notice.refused("notice.failed"));
        }
    }

    private static ServerResponse back(ServerRequest request, Notice notice) {
        notice.leave(request);
        return Layout.seeOther(request, Urls.to(PATH, "id", request.param("id").orElse("")));
    }

    private interface EventAction {
        OperatorOutcome act(String id, String reason, Visitor visitor) throws Exception;
    }
}
