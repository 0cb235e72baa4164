package io.github.dingtalkinbox.internal.webhook;

import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.AutoConfigureOrder;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.context.annotation.Bean;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.config.http.SessionCreationPolicy;
import org.springframework.security.web.SecurityFilterChain;
import org.springframework.security.web.servlet.util.matcher.PathPatternRequestMatcher;
import org.springframework.security.web.util.matcher.RequestMatcher;

/**
 * Lets callbacks through, where Spring Security guards the application: they are authentic by their signature. The last of
 * all auto-configurations: Spring Boot's own chains, which guard all the rest, back off where there is a chain before them.
 */
@AutoConfiguration
@AutoConfigureOrder(Ordered.LOWEST_PRECEDENCE)
@ConditionalOnBooleanProperty(name = "inbox.enabled", matchIfMissing = true)
@ConditionalOnClass(HttpSecurity.class)
@ConditionalOnWebApplication(type = ConditionalOnWebApplication.Type.SERVLET)
@ConditionalOnBean({HttpSecurity.class, Apps.class})
class CallbackSecurityConfiguration {
    /** Before the chains of the application, but for one that wants to be before it. */
    private static final int ORDER = Ordered.HIGHEST_PRECEDENCE + 100;

    /** An application that guards the URL in another way has a chain of its own by this name. */
    @Bean
    @Order(ORDER)
    @ConditionalOnMissingBean(name = "inboxCallbackFilterChain")
    SecurityFilterChain inboxCallbackFilterChain(HttpSecurity http, Apps apps) {
        RequestMatcher callbacks = PathPatternRequestMatcher.withDefaults().matcher(WebhookConfiguration.PATH + "/**");
        // Without an app the URL is none of ours.
        return http.securityMatcher(request -> !apps.isEmpty() && callbacks.matches(request))
                .authorizeHttpRequests(requests -> requests.anyRequest().permitAll())
                .csrf(csrf -> csrf.disable())
                .requestCache(cache -> cache.disable())
                .sessionManagement(session -> session.sessionCreationPolicy(SessionCreationPolicy.STATELESS))
                .build();
    }
}
