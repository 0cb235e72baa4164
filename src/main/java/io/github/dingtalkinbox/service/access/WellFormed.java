package io.github.dingtalkinbox.service.access;

import jakarta.servlet.http.HttpServletRequest;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.Arrays;
import org.springframework.web.util.ServletRequestPathUtils;

/** Tells requests apart that the servlet container accepts, but Spring, Spring Security or the pages would fail on. */
final class WellFormed {
    private WellFormed() {}

    static boolean is(HttpServletRequest request) {
        try {
            // The container finds the servlet by the decoded and normalized path, and Spring its pages by the path as
            // it was sent.
            ServletRequestPathUtils.parse(request);
            return isUri(request.getRequestURI())
                    // PostgreSQL has no text with a NUL, so nothing that is searched for or recorded has one.
                    && request.getParameterMap().values().stream()
                            .flatMap(Arrays::stream)
                            .noneMatch(value -> value.indexOf('\0') >= 0);
        } catch (IllegalArgumentException | IllegalStateException e) {
            return false;
        }
    }

    /** An answer that says what is wrong names the request by its URI. */
    static boolean isUri(String path) {
        try {
            var unused = new URI(path);
            return true;
        } catch (URISyntaxException e) {
            return false;
        }
    }
}
