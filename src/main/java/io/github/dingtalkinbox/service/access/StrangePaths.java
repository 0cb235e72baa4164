package io.github.dingtalkinbox.service.access;

import jakarta.servlet.DispatcherType;
import jakarta.servlet.Filter;
import jakarta.servlet.FilterChain;
import jakarta.servlet.RequestDispatcher;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletResponse;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;

/**
 * Answers what Spring would fail on, where nothing of ours is: a malformed request, its own page for errors if somebody asks for
 * it, and that page after a malformed request.
 */
final class StrangePaths implements Filter {
    private static final String ERROR_PAGE = "/error";

    @Override
    public void doFilter(ServletRequest request, ServletResponse response, FilterChain chain)
            throws IOException, ServletException {
        HttpServletRequest asked = (HttpServletRequest) request;
        if (asked.getDispatcherType() == DispatcherType.ERROR) {
            if (WellFormed.isUri(String.valueOf(asked.getAttribute(RequestDispatcher.ERROR_REQUEST_URI)))) {
                chain.doFilter(request, response);
            } // else the status is the answer
        } else if (asked.getServletPath().equals(ERROR_PAGE)) {
            ((HttpServletResponse) response).setStatus(HttpServletResponse.SC_NOT_FOUND);
        } else if (!WellFormed.is(asked)) {
            ((HttpServletResponse) response).setStatus(HttpServletResponse.SC_BAD_REQUEST);
        } else {
            chain.doFilter(request, response);
        }
    }
}
