package io.github.dingtalkinbox.service.access;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.springframework.security.web.csrf.CsrfToken;
import org.springframework.security.web.csrf.CsrfTokenRequestHandler;
import org.springframework.security.web.csrf.XorCsrfTokenRequestAttributeHandler;

/** Spring Security's own handling of the tokens in forms, which fails on some that it has not made. */
final class CsrfTokens implements CsrfTokenRequestHandler {
    private final CsrfTokenRequestHandler tokens = new XorCsrfTokenRequestAttributeHandler();

    @Override
    public void handle(HttpServletRequest request, HttpServletResponse response, Supplier<CsrfToken> token) {
        tokens.handle(request, response, token);
    }

    @Override
    public @Nullable String resolveCsrfTokenValue(HttpServletRequest request, CsrfToken token) {
        try {
            return tokens.resolveCsrfTokenValue(request, token);
        } catch (IllegalArgumentException e) { // it is no text
            return null;
        }
    }
}
