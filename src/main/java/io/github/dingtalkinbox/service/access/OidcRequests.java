package io.github.dingtalkinbox.service.access;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.springframework.security.oauth2.client.web.AuthorizationRequestRepository;
import org.springframework.security.oauth2.core.endpoint.OAuth2AuthorizationRequest;
import org.springframework.security.oauth2.core.endpoint.OAuth2ParameterNames;

/**
 * The logins that are under way at the other server, each bound to its browser by a cookie. There is no session for them,
 * and the memory is limited: the oldest one is forgotten for a new one.
 *
 * <p>Safe for use by many threads.
 */
final class OidcRequests implements AuthorizationRequestRepository<OAuth2AuthorizationRequest> {
    static final int MOST = 2000;
    static final Duration LONGEST = Duration.ofMinutes(10);

    private final LongSupplier nanoTime;
    private final LoginCookie cookie = new LoginCookie("inbox-oidc");
    private final Map<String, UnderWay> underWay = new LinkedHashMap<>() {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, UnderWay> eldest) {
            return size() > MOST;
        }
    };

    OidcRequests(LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
    }

    @Override
    public void saveAuthorizationRequest(
            @Nullable OAuth2AuthorizationRequest authorization,
            HttpServletRequest request,
            HttpServletResponse response) {
        if (authorization == null) {
            removeAuthorizationRequest(request, response);
            return;
        }
        String browser = UUID.randomUUID().toString();
        synchronized (underWay) {
            underWay.put(browser, new UnderWay(authorization, nanoTime.getAsLong()));
        }
        cookie.set(browser, request, response);
    }

    @Override
    public @Nullable OAuth2AuthorizationRequest loadAuthorizationRequest(HttpServletRequest request) {
        String browser = cookie.get(request);
        synchronized (underWay) {
            UnderWay found = browser == null ? null : underWay.get(browser);
            return found != null
                            && nanoTime.getAsLong() - found.since() < LONGEST.toNanos()
                            && Objects.equals(
                                    found.authorization().getState(), request.getParameter(OAuth2ParameterNames.STATE))
                    ? found.authorization()
                    : null;
        }
    }

    @Override
    public @Nullable OAuth2AuthorizationRequest removeAuthorizationRequest(
            HttpServletRequest request, HttpServletResponse response) {
        OAuth2AuthorizationRequest found = loadAuthorizationRequest(request);
        String browser = cookie.get(request);
        if (found != null && browser != null) {
            synchronized (underWay) {
                underWay.remove(browser);
            }
            cookie.remove(request, response);
        }
        return found;
    }

    private record UnderWay(OAuth2AuthorizationRequest authorization, long since) {}
}
