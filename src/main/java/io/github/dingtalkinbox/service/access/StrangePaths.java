package io.github.dingtalkinbox.service.access;

import jakarta.servlet.Filter;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletResponse;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;

/** Answers what Spring would fail on, where nothing of ours is: a malformed request, and its own page for errors. */
final class StrangePaths implements Filter {
    private static final String ERROR_PAGE = "/error";

    @Override
    public void doFilter(ServletRequest request, ServletResponse response, FilterChain chain)
            throws IOException, ServletException {
        HttpServletRequest asked = (HttpServletRequest) request;
        if (asked.getServletPath().equals(ERROR_PAGE)) {
            ((HttpServletResponse) response).setStatus(HttpServletResponse.SC_NOT_FOUND);
        } else if (!WellFormed.is(asked)) {
            ((HttpServletResponse) response).setStatus(HttpServletResponse.SC_BAD_REQUEST);
        } else {
            chain.doFilter(request, response);
        }
    }
}
