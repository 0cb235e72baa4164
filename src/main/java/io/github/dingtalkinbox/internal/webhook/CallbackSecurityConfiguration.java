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
 * Lets callbacks through in an application that uses Spring Security: their signature authenticates them. It is the
 * last of all auto-configurations, because Spring Boot's own chains, which protect everything else, are not created if
 * there is a chain before them.
 */
@AutoConfiguration
@AutoConfigureOrder(Ordered.LOWEST_PRECEDENCE)
@ConditionalOnBooleanProperty(name = "inbox.enabled", matchIfMissing = true)
@ConditionalOnClass(HttpSecurity.class)
@ConditionalOnWebApplication(type = ConditionalOnWebApplication.Type.SERVLET)
@ConditionalOnBean({HttpSecurity.class, Apps.class})
class CallbackSecurityConfiguration {
    /** Before the chains of the application, with room for one that has to come earlier. */
    private static final int ORDER = Ordered.HIGHEST_PRECEDENCE + 100;

    /** An application that protects the URL in another way defines its own chain with this name. */
    @Bean
    @Order(ORDER)
    @ConditionalOnMissingBean(name = "inboxCallbackFilterChain")
    SecurityFilterChain inboxCallbackFilterChain(HttpSecurity http, Apps apps) {
        RequestMatcher callbacks = PathPatternRequestMatcher.withDefaults().matcher(WebhookConfiguration.PATH + "/**");
        // Without an app, the URL is not ours.
        return http.securityMatcher(request -> !apps.isEmpty() && callbacks.matches(request))
                .authorizeHttpRequests(requests -> requests.anyRequest().permitAll())
                .csrf(csrf -> csrf.disable())
                .requestCache(cache -> cache.disable())
                .sessionManagement(session -> session.sessionCreationPolicy(SessionCreationPolicy.STATELESS))
                .build();
    }
}
