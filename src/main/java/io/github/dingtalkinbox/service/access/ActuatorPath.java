package io.github.dingtalkinbox.service.access;

import jakarta.servlet.http.HttpServletRequest;
import java.util.Set;

/** Where the actuator is. */
record ActuatorPath(String path) {
    static final String BASE_PATH = "${management.endpoints.web.base-path:/actuator}";

    /** Tells a load balancer whether to send callbacks here, and nothing else. */
    private static final Set<String> OPEN = Set.of("/health", "/health/liveness", "/health/readiness");

    ActuatorPath {
        if (!path.matches("(/[^/]+)+")) {
            throw new IllegalArgumentException("management.endpoints.web.base-path must be a path such as /actuator,"
                    + " because a login is asked for below it, but is \"" + path + "\"");
        }
    }

    boolean contains(HttpServletRequest request) {
        String within = within(request);
        return within.equals(path) || within.startsWith(path + "/");
    }

    boolean isOpen(HttpServletRequest request) {
        String within = within(request);
        return within.startsWith(path) && OPEN.contains(within.substring(path.length()));
    }

    /** As the servlet container has decoded and normalized it, and found the servlet for it. */
    private static String within(HttpServletRequest request) {
        return request.getServletPath() + (request.getPathInfo() == null ? "" : request.getPathInfo());
    }
}
