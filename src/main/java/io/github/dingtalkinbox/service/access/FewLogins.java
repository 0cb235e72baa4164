package io.github.dingtalkinbox.service.access;

import jakarta.servlet.Filter;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletResponse;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.concurrent.Semaphore;
import org.springframework.security.authentication.AuthenticationServiceException;
import org.springframework.security.web.authentication.AuthenticationFailureHandler;
import org.springframework.security.web.util.matcher.RequestMatcher;

/**
 * Limits how many requests wait for another server at once. They need no login, and that server may hang: the remaining
 * threads and connections receive callbacks.
 *
 * <p>Safe for use by many threads.
 */
final class FewLogins implements Filter {
    private static final int MOST = 8;

    private final RequestMatcher logins;
    private final AuthenticationFailureHandler refusal;
    private final Semaphore places = new Semaphore(MOST);

    /** @param logins the requests that may wait for the other server */
    FewLogins(RequestMatcher logins, AuthenticationFailureHandler refusal) {
        this.logins = logins;
        this.refusal = refusal;
    }

    @Override
    public void doFilter(ServletRequest request, ServletResponse response, FilterChain chain)
            throws IOException, ServletException {
        if (!logins.matches((HttpServletRequest) request)) {
            chain.doFilter(request, response);
        } else if (places.tryAcquire()) {
            try {
                chain.doFilter(request, response);
            } finally {
                places.release();
            }
        } else {
            refusal.onAuthenticationFailure(
                    (HttpServletRequest) request,
                    (HttpServletResponse) response,
                    new AuthenticationServiceException("too many other logins are waiting for the server"));
        }
    }
}
