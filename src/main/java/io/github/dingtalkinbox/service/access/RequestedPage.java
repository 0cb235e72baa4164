package io.github.dingtalkinbox.service.access;

import static java.nio.charset.StandardCharsets.UTF_8;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.util.Base64;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.springframework.security.web.savedrequest.RequestCache;
import org.springframework.security.web.savedrequest.SavedRequest;
import org.springframework.security.web.savedrequest.SimpleSavedRequest;
import org.springframework.security.web.util.matcher.RequestMatcher;

/**
 * The page that somebody wanted to see before the login, in a cookie: the service keeps nothing for whoever is not logged
 * in. Only a page of the console, because the cookie may come from anybody.
 */
final class RequestedPage implements RequestCache {
    private static final Pattern PAGE = Pattern.compile("/admin/[!-\\[\\]-~]*");

    /** Browsers keep cookies of up to 4 KiB. */
    private static final int LONGEST = 2000;

    private final RequestMatcher pages;
    private final LoginCookie cookie = new LoginCookie("inbox-page");

    /** @param pages what can be a page */
    RequestedPage(RequestMatcher pages) {
        this.pages = pages;
    }

    @Override
    public void saveRequest(HttpServletRequest request, HttpServletResponse response) {
        String query = request.getQueryString();
        String page = request.getRequestURI().substring(request.getContextPath().length())
                + (query == null ? "" : "?" + query);
        if (pages.matches(request) && isPage(page)) {
            cookie.set(Base64.getUrlEncoder().withoutPadding().encodeToString(page.getBytes(UTF_8)), request, response);
        }
    }

    private static boolean isPage(String page) {
        return page.length() <= LONGEST && PAGE.matcher(page).matches();
    }

    @Override
    public @Nullable SavedRequest getRequest(HttpServletRequest request, HttpServletResponse response) {
        String value = cookie.get(request);
        if (value == null) {
            return null;
        }
        removeRequest(request, response);
        try {
            String page = new String(Base64.getUrlDecoder().decode(value), UTF_8);
            return isPage(page) ? new SimpleSavedRequest(page) : null;
        } catch (IllegalArgumentException e) {
            return null;
        }
    }

    /** The page is requested again, as it is. */
    @Override
    public @Nullable HttpServletRequest getMatchingRequest(HttpServletRequest request, HttpServletResponse response) {
        return null;
    }

    @Override
    public void removeRequest(HttpServletRequest request, HttpServletResponse response) {
        cookie.remove(request, response);
    }
}
