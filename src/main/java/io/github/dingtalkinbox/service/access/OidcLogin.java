package io.github.dingtalkinbox.service.access;

import io.github.dingtalkinbox.internal.text.Printable;
import io.github.dingtalkinbox.service.access.ConsoleProperties.Oidc;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.core.NestedExceptionUtils;
import org.springframework.security.config.ObjectPostProcessor;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.config.annotation.web.configurers.oauth2.client.OAuth2LoginConfigurer;
import org.springframework.security.core.AuthenticationException;
import org.springframework.security.oauth2.client.web.OAuth2AuthorizationRequestRedirectFilter;
import org.springframework.security.oauth2.core.OAuth2AuthenticationException;

/** The login through a server of OpenID Connect. */
record OidcLogin(Oidc oidc) {
    private static final Logger log = LoggerFactory.getLogger(OidcLogin.class);

    private static final List<String> FOLDERS = List.of("/oauth2/authorization/", "/login/oauth2/code/");

    /** The paths on the way to the server and back. */
    static final List<String> PATHS =
            FOLDERS.stream().map(folder -> folder + "*").toList();

    private static final int LONGEST_REASON = 500;

    void configure(HttpSecurity http) {
        http.addFilterBefore(
                new FewLogins(OidcLogin::isOnTheWay, OidcLogin::failed),
                OAuth2AuthorizationRequestRedirectFilter.class);
        http.oauth2Login(this::configure);
    }

    private void configure(OAuth2LoginConfigurer<HttpSecurity> login) {
        OidcServer server = new OidcServer(oidc);
        login.loginPage(SecurityChains.LOGIN)
                .defaultSuccessUrl(SecurityChains.HOME)
                .failureHandler(OidcLogin::failed)
                .clientRegistrationRepository(server)
                .authorizationEndpoint(
                        wayThere -> wayThere.authorizationRequestRepository(new OidcRequests(System::nanoTime)))
                .tokenEndpoint(token -> token.accessTokenResponseClient(server.tokens()))
                .userInfoEndpoint(user ->
                        user.oidcUserService(server.users()).userAuthoritiesMapper(told -> Authorities.of(told, oidc)))
                .addObjectPostProcessor(new ObjectPostProcessor<OAuth2AuthorizationRequestRedirectFilter>() {
                    @Override
                    public <F extends OAuth2AuthorizationRequestRedirectFilter> F postProcess(F wayThere) {
                        // Otherwise it answers 500 while the server is away.
                        wayThere.setAuthenticationFailureHandler(OidcLogin::failed);
                        return wayThere;
                    }
                });
    }

    private static boolean isOnTheWay(HttpServletRequest request) {
        return FOLDERS.stream().anyMatch(request.getServletPath()::startsWith);
    }

    private static void failed(
            HttpServletRequest request, HttpServletResponse response, AuthenticationException failure) {
        log.warn(
                "A login to the console by OpenID Connect from {} has failed: {}",
                request.getRemoteAddr(),
                reason(failure));
        SecurityChains.redirect(request, response, SecurityChains.LOGIN + "?oidc");
    }

    /** The reason of a failure, in one line. */
    private static String reason(AuthenticationException failure) {
        String what = failure instanceof OAuth2AuthenticationException e
                ? e.getError().toString()
                : String.valueOf(failure.getMessage());
        Throwable root = NestedExceptionUtils.getRootCause(failure);
        String why = root == null ? "" : " (" + root.getClass().getSimpleName() + ")";
        return Printable.line(what + why, LONGEST_REASON);
    }
}
