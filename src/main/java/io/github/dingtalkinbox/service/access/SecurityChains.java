package io.github.dingtalkinbox.service.access;

import com.github.benmanes.caffeine.cache.Ticker;
import jakarta.servlet.ServletContext;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.context.annotation.Bean;
import org.springframework.core.annotation.Order;
import org.springframework.http.HttpMethod;
import org.springframework.security.authentication.AuthenticationProvider;
import org.springframework.security.authentication.LockedException;
import org.springframework.security.authentication.dao.DaoAuthenticationProvider;
import org.springframework.security.config.Customizer;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.config.annotation.web.configuration.EnableWebSecurity;
import org.springframework.security.config.annotation.web.configurers.HeadersConfigurer;
import org.springframework.security.config.http.SessionCreationPolicy;
import org.springframework.security.core.AuthenticationException;
import org.springframework.security.crypto.bcrypt.BCryptPasswordEncoder;
import org.springframework.security.web.AuthenticationEntryPoint;
import org.springframework.security.web.SecurityFilterChain;
import org.springframework.security.web.authentication.AuthenticationFailureHandler;
import org.springframework.security.web.authentication.LoginUrlAuthenticationEntryPoint;
import org.springframework.security.web.csrf.CookieCsrfTokenRepository;
import org.springframework.security.web.csrf.CsrfTokenRepository;
import org.springframework.security.web.firewall.HttpFirewall;
import org.springframework.security.web.firewall.StrictHttpFirewall;
import org.springframework.security.web.header.writers.ReferrerPolicyHeaderWriter.ReferrerPolicy;
import org.springframework.security.web.util.matcher.RequestMatcher;

/** Which users may do what. Not found by the scan for configurations, because it belongs to a context of its own. */
@EnableWebSecurity
class SecurityChains {
    static final String HOME = "/admin/overview";
    static final String LOGIN = "/admin/login";

    private static final String DENIED = "/admin/denied";
    private static final String OFF = "/admin/off";
    private static final String ASSETS = "/admin/assets/**";

    /** Only scripts and styles from our own files, and no frames around our pages. */
    private static final String CONTENT_SECURITY_POLICY = "default-src 'none'; script-src 'self'; style-src 'self';"
            + " img-src 'self' data:; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

    private static final int SEE_OTHER = 303;

    @Bean
    LoginAttempts attempts() {
        return new LoginAttempts(Ticker.systemTicker());
    }

    /**
     * Lets every header pass that the servlet container has accepted. Otherwise Spring Security refuses a request when it
     * reads a header with a control character, which may be in the middle of a page: then the log says that the page has
     * failed. And a proxy may add a header in Chinese.
     */
    @Bean
    HttpFirewall firewall() {
        StrictHttpFirewall firewall = new StrictHttpFirewall();
        firewall.setAllowedHeaderValues(value -> true);
        return firewall;
    }

    @Bean
    @Order(1)
    SecurityFilterChain actuator(
            HttpSecurity http,
            ConsoleProperties properties,
            LoginAttempts attempts,
            @Value(ActuatorPath.BASE_PATH) String path) {
        ActuatorPath actuator = new ActuatorPath(path);
        return http.securityMatcher(actuator::contains)
                .authenticationProvider(passwords(properties, attempts))
                .authorizeHttpRequests(requests -> requests.requestMatchers((RequestMatcher) actuator::isOpen)
                        .permitAll()
                        .anyRequest()
                        .hasRole(Role.VIEWER.name()))
                .httpBasic(Customizer.withDefaults())
                // No session and no cookie, so another site's page cannot misuse them.
                .csrf(csrf -> csrf.disable())
                .sessionManagement(session -> session.sessionCreationPolicy(SessionCreationPolicy.STATELESS))
                .build();
    }

    @Bean
    @Order(2)
    SecurityFilterChain console(
            HttpSecurity http, ConsoleProperties properties, LoginAttempts attempts, ServletContext servlets) {
        http.authenticationProvider(passwords(properties, attempts)).headers(SecurityChains::harden);
        if (!properties.isOn()) {
            return http.authorizeHttpRequests(requests -> requests.requestMatchers(ASSETS)
                            .permitAll()
                            .anyRequest()
                            .denyAll())
                    .exceptionHandling(denied -> denied.authenticationEntryPoint(SecurityChains::sayThatItIsOff))
                    .requestCache(cache -> cache.disable())
                    .csrf(csrf -> csrf.disable())
                    .sessionManagement(session -> session.sessionCreationPolicy(SessionCreationPolicy.STATELESS))
                    .build();
        }
        if (properties.oidc().isOn()) {
            new OidcLogin(properties.oidc()).configure(http);
        }
        return http.authorizeHttpRequests(requests -> requests.requestMatchers(LOGIN, ASSETS)
                        .permitAll()
                        .requestMatchers(HttpMethod.GET)
                        .hasRole(Role.VIEWER.name())
                        .anyRequest()
                        .hasRole(Role.OPERATOR.name()))
                .formLogin(form -> form.loginPage(LOGIN).defaultSuccessUrl(HOME).failureHandler(failures()))
                .logout(logout -> logout.logoutUrl("/admin/logout").logoutSuccessUrl(LOGIN + "?out"))
                .exceptionHandling(denied -> denied.accessDeniedPage(DENIED).authenticationEntryPoint(toTheLogin()))
                .requestCache(cache -> cache.requestCache(new RequestedPage(SecurityChains::isPage)))
                .csrf(csrf -> csrf.csrfTokenRepository(tokens(servlets)).csrfTokenRequestHandler(new CsrfTokens()))
                .build();
    }

    /** Not a bean, because Spring Security would ask it again after a refusal. */
    private static AuthenticationProvider passwords(ConsoleProperties properties, LoginAttempts attempts) {
        DaoAuthenticationProvider passwords = new DaoAuthenticationProvider(Authorities.users(properties));
        passwords.setPasswordEncoder(new BCryptPasswordEncoder());
        return new LimitedLogins(passwords, attempts);
    }

    private static void harden(HeadersConfigurer<HttpSecurity> headers) {
        headers.contentSecurityPolicy(policy -> policy.policyDirectives(CONTENT_SECURITY_POLICY))
                .referrerPolicy(referrer -> referrer.policy(ReferrerPolicy.SAME_ORIGIN))
                .permissionsPolicyHeader(
                        permissions -> permissions.policy("camera=(), geolocation=(), microphone=(), payment=()"));
    }

    private static AuthenticationFailureHandler failures() {
        return (request, response, failure) ->
                redirect(request, response, LOGIN + (failure instanceof LockedException ? "?locked" : "?failed"));
    }

    /** A request for a part of a page sends the whole page to the login. */
    private static AuthenticationEntryPoint toTheLogin() {
        AuthenticationEntryPoint login = new LoginUrlAuthenticationEntryPoint(LOGIN);
        return (request, response, failure) -> {
            if (isPartOfAPage(request)) {
                response.setHeader("HX-Redirect", request.getContextPath() + LOGIN);
                response.setStatus(HttpServletResponse.SC_UNAUTHORIZED);
            } else {
                login.commence(request, response, failure);
            }
        };
    }

    /** After the login, the user sees the page that was requested before. */
    private static boolean isPage(HttpServletRequest request) {
        return request.getMethod().equals(HttpMethod.GET.name()) && !isPartOfAPage(request);
    }

    /** In a cookie, because there is a form before there is a session: that of the login. */
    private static CsrfTokenRepository tokens(ServletContext servlets) {
        CookieCsrfTokenRepository tokens = new CookieCsrfTokenRepository();
        tokens.setCookieName("inbox-token");
        tokens.setCookieCustomizer(cookie ->
                cookie.secure(servlets.getSessionCookieConfig().isSecure()).sameSite("Lax"));
        return tokens;
    }

    /** Set by htmx. */
    private static boolean isPartOfAPage(HttpServletRequest request) {
        return request.getHeader("HX-Request") != null;
    }

    private static void sayThatItIsOff(
            HttpServletRequest request, HttpServletResponse response, AuthenticationException denied)
            throws IOException, ServletException {
        response.setStatus(HttpServletResponse.SC_NOT_FOUND);
        request.getRequestDispatcher(OFF).forward(request, response);
    }

    static void redirect(HttpServletRequest request, HttpServletResponse response, String path) {
        response.setStatus(SEE_OTHER);
        response.setHeader("Location", request.getContextPath() + path);
    }
}
