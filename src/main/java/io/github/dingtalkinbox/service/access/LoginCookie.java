package io.github.dingtalkinbox.service.access;

import jakarta.servlet.http.Cookie;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.http.ResponseCookie;
import org.springframework.web.util.WebUtils;

/** A cookie on the way to the login, which is as well guarded as that of the session, and ends with the browser. */
record LoginCookie(String name) {
    @Nullable
    String get(HttpServletRequest request) {
        Cookie cookie = WebUtils.getCookie(request, name);
        return cookie == null || cookie.getValue().isEmpty() ? null : cookie.getValue();
    }

    void set(String value, HttpServletRequest request, HttpServletResponse response) {
        response.addHeader(
                HttpHeaders.SET_COOKIE, cookie(value, request).build().toString());
    }

    void remove(HttpServletRequest request, HttpServletResponse response) {
        if (get(request) != null) {
            response.addHeader(
                    HttpHeaders.SET_COOKIE,
                    cookie("", request).maxAge(0).build().toString());
        }
    }

    private ResponseCookie.ResponseCookieBuilder cookie(String value, HttpServletRequest request) {
        return ResponseCookie.from(name, value)
                .path(request.getContextPath() + "/")
                .httpOnly(true)
                .secure(request.getServletContext().getSessionCookieConfig().isSecure())
                // Lax, because a login by OpenID Connect comes back from another site.
                .sameSite("Lax");
    }
}
