package io.github.dingtalkinbox.service.console;

import java.util.Map;
import java.util.TreeMap;
import org.springframework.core.env.Environment;
import org.springframework.http.HttpStatus;
import org.springframework.util.StringUtils;
import org.springframework.web.servlet.function.RequestPredicates;
import org.springframework.web.servlet.function.RouterFunctions;
import org.springframework.web.servlet.function.ServerRequest;
import org.springframework.web.servlet.function.ServerResponse;

/** The pages for users who are not logged in, cannot log in, or lack a role. */
final class LoginPage {
    private final boolean hasOidc;
    private final Layout layout;

    LoginPage(Environment environment, Layout layout) {
        this.hasOidc = StringUtils.hasText(environment.getProperty("inbox.console.oidc.issuer"));
        this.layout = layout;
    }

    /** A forwarded request keeps the method of the refused one. */
    void addTo(RouterFunctions.Builder routes) {
        routes.GET("/login", this::login)
                .route(
                        RequestPredicates.path("/denied"),
                        request ->
                                layout.show(request, ServerResponse.status(HttpStatus.FORBIDDEN), "denied", Map.of()))
                .route(
                        RequestPredicates.path("/off"),
                        request -> layout.show(request, ServerResponse.status(HttpStatus.NOT_FOUND), "off", Map.of()));
    }

    private ServerResponse login(ServerRequest request) {
        Map<String, Object> model = new TreeMap<>();
        model.put("hasOidc", hasOidc);
        model.put("failed", request.param("failed").isPresent());
        model.put("oidcFailed", request.param("oidc").isPresent());
        model.put("locked", request.param("locked").isPresent());
        model.put("out", request.param("out").isPresent());
        return layout.show(request, "login", model);
    }
}
