package io.github.dingtalkinbox.service.console;

import java.util.Map;
import java.util.TreeMap;
import org.springframework.web.servlet.function.RouterFunctions;
import org.springframework.web.servlet.function.ServerRequest;
import org.springframework.web.servlet.function.ServerResponse;

/** Approvals: their state, and the events that made it. */
final class ApprovalsPage {
    private static final int LATEST = 100;

    private final AuditApprovals approvals;
    private final Layout layout;

    ApprovalsPage(AuditApprovals approvals, Layout layout) {
        this.approvals = approvals;
        this.layout = layout;
    }

    void addTo(RouterFunctions.Builder routes) {
        routes.GET("/approvals", this::show);
    }

    private ServerResponse show(ServerRequest request) {
        String id = Filter.text(request, "id");
        Map<String, Object> model = new TreeMap<>();
        model.put("id", id == null ? "" : id);
        model.put("isSearch", id != null);
        model.put("rows", id == null ? approvals.latest(LATEST) : approvals.find(id));
        return layout.show(request, "approvals", model);
    }
}
