package io.github.dingtalkinbox.service.access;

import jakarta.servlet.http.HttpServletRequest;
import java.util.Set;

/** The path of the actuator. */
record ActuatorPath(String path) {
    static final String BASE_PATH = "${management.endpoints.web.base-path:/actuator}";

    /** These only tell a load balancer whether to send callbacks here. */
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

    /** The decoded and normalized path, as the servlet container used it to find the servlet. */
    private static String within(HttpServletRequest request) {
        return request.getServletPath() + (request.getPathInfo() == null ? "" : request.getPathInfo());
    }
}
