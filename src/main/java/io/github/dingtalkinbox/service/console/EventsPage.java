package io.github.dingtalkinbox.service.console;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.github.dingtalkinbox.service.audit.Csv;
import java.io.IOException;
import java.io.OutputStreamWriter;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.http.MediaType;
import org.springframework.web.servlet.function.RouterFunctions;
import org.springframework.web.servlet.function.ServerRequest;
import org.springframework.web.servlet.function.ServerResponse;

/** The events: a search, and its result as a file. */
final class EventsPage {
    private static final int ROWS = 50;
    private static final int ROWS_OF_FILE = 1000;
    private static final int MOST_BY_ID = 500;

    private final AuditEvents events;
    private final Layout layout;

    EventsPage(AuditEvents events, Layout layout) {
        this.events = events;
        this.layout = layout;
    }

    void addTo(RouterFunctions.Builder routes) {
        routes.GET("/events", this::show).GET("/events.csv", this::export);
    }

    private ServerResponse show(ServerRequest request) {
        Filter filter = Filter.of(request, layout.times());
        Position after = Position.parse(Filter.text(request, "after"));
        Chunk<EventRow> found = find(filter, after, ROWS);
        Map<String, Object> model = found.model(request, after);
        model.put("filter", filter);
        model.put("states", new TreeSet<>(Filter.STATES));
        model.put("csvUrl", Urls.as(request, "/events.csv"));
        return layout.show(request, "events", model);
    }

    private Chunk<EventRow> find(Filter filter, @Nullable Position after, int limit) {
        List<String> ids = new ArrayList<>();
        if (filter.approval() != null) {
            ids.addAll(events.ofApproval(filter.approval()));
        }
        if (filter.id() != null) {
            String id = filter.id();
            List<String> named = new ArrayList<>(List.of(id));
            events.apps().forEach(app -> named.add(app + ":" + id));
            if (filter.approval() == null) {
                ids.addAll(named);
            } else {
                ids.retainAll(named);
            }
        }
        return filter.approval() == null && filter.id() == null
                ? events.list(filter, after, limit)
                : new Chunk<>(events.find(ids, filter, MOST_BY_ID), null, false);
    }

    private ServerResponse export(ServerRequest request) {
        Filter filter = Filter.of(request, layout.times());
        return ServerResponse.ok()
                .contentType(new MediaType("text", "csv", UTF_8))
                .header(HttpHeaders.CONTENT_DISPOSITION, "attachment; filename=\"events.csv\"")
                .build((servletRequest, response) -> {
                    write(filter, new OutputStreamWriter(response.getOutputStream(), UTF_8));
                    return null;
                });
    }

    /** In portions, so that a download holds neither much memory nor a connection. */
    private void write(Filter filter, Writer out) {
        try {
            out.write(Csv.BEGIN);
            out.write(Csv.line(
                    "event_id",
                    "app",
                    "corp_id",
                    "event_type",
                    "state",
                    "transport",
                    "occurred_at",
                    "received_at",
                    "processed_at",
                    "deliveries"));
            Position after = null;
            do {
                Chunk<EventRow> chunk = find(filter, after, ROWS_OF_FILE);
                for (EventRow row : chunk.rows()) {
                    out.write(Csv.line(
                            row.eventId(),
                            row.app(),
                            row.corpId(),
                            row.type(),
                            row.state(),
                            row.transport(),
                            row.occurredAt(),
                            row.receivedAt(),
                            row.processedAt(),
                            row.deliveries()));
                }
                out.flush();
                after = chunk.next();
            } while (after != null);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
