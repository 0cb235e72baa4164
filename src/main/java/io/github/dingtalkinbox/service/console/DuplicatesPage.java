package io.github.dingtalkinbox.service.console;

import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.springframework.web.servlet.function.RouterFunctions;
import org.springframework.web.servlet.function.ServerRequest;
import org.springframework.web.servlet.function.ServerResponse;

/** The duplicate deliveries. */
final class DuplicatesPage {
    private static final int ROWS = 50;
    private static final List<String> MATCHES = List.of("event_id", "natural_key", "window", "queued");
    private static final Pattern UUID = Pattern.compile("\\p{XDigit}{8}(-\\p{XDigit}{4}){3}-\\p{XDigit}{12}");

    private final AuditDuplicates duplicates;
    private final Layout layout;

    DuplicatesPage(AuditDuplicates duplicates, Layout layout) {
        this.duplicates = duplicates;
        this.layout = layout;
    }

    void addTo(RouterFunctions.Builder routes) {
        routes.GET("/duplicates", this::show);
    }

    private ServerResponse show(ServerRequest request) {
        Filter filter = Filter.of(request, layout.times());
        boolean differing = request.param("differing").isPresent();
        Position after = after(request);
        Chunk<DuplicateRow> found = duplicates.list(filter, differing, after, ROWS);
        Map<String, Object> model = found.model(request, after);
        model.put("filter", filter);
        model.put("differing", differing);
        model.put("matches", MATCHES);
        return layout.show(request, "duplicates", model);
    }

    private static @Nullable Position after(ServerRequest request) {
        Position after = Position.parse(Filter.text(request, "after"));
        return after != null && UUID.matcher(after.id()).matches() ? after : null;
    }
}
