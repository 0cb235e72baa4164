package io.github.dingtalkinbox.service.console;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.springframework.web.servlet.function.RouterFunctions;
import org.springframework.web.servlet.function.ServerRequest;
import org.springframework.web.servlet.function.ServerResponse;

/** Approvals: their state, and the events that led to it. */
final class ApprovalsPage {
    private static final int LATEST = 100;

    private final AuditApprovals approvals;
    private final AuditEvents events;
    private final Layout layout;

    ApprovalsPage(Views views, Layout layout) {
        this.approvals = views.approvals();
        this.events = views.events();
        this.layout = layout;
    }

    void addTo(RouterFunctions.Builder routes) {
        routes.GET("/approvals", this::show);
    }

    private ServerResponse show(ServerRequest request) {
        String id = Filter.text(request, "id");
        List<ApprovalRow> rows = id == null ? approvals.latest(LATEST) : approvals.find(id);
        Map<String, Object> model = new TreeMap<>();
        model.put("id", id == null ? "" : id);
        model.put("isSearch", id != null);
        model.put("rows", rows);
        model.put("unprocessed", events.unprocessed(id == null ? ids(rows) : List.of(id)));
        return layout.show(request, "approvals", model);
    }

    private static List<String> ids(List<ApprovalRow> rows) {
        return rows.stream().map(ApprovalRow::processInstanceId).distinct().toList();
    }
}
