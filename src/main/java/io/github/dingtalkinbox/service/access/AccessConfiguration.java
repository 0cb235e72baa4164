package io.github.dingtalkinbox.service.access;

import jakarta.servlet.DispatcherType;
import jakarta.servlet.Filter;
import jakarta.servlet.ServletContext;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.web.servlet.FilterRegistrationBean;
import org.springframework.boot.webmvc.autoconfigure.DispatcherServletAutoConfiguration;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/**
 * The filter before the console and the actuator, and before nothing else: callbacks do not pass through it. Not an
 * auto-configuration, because a host application has its own access control.
 */
@Configuration(proxyBeanMethods = false)
@ConditionalOnWebApplication(type = ConditionalOnWebApplication.Type.SERVLET)
@EnableConfigurationProperties(ConsoleProperties.class)
class AccessConfiguration {
    /** Before all filters of Spring Boot except those that apply the proxy's headers to the request. */
    private static final int ORDER = -100;

    /** Spring Boot looks for it by this name if the actuator has a port of its own. */
    @Bean
    AccessFilter springSecurityFilterChain(
            ApplicationContext application,
            ServletContext servletContext,
            @Value(ActuatorPath.BASE_PATH) String actuator) {
        return new AccessFilter(application, servletContext, new ActuatorPath(actuator));
    }

    @Bean
    FilterRegistrationBean<Filter> accessFilter(
            AccessFilter filter, ConsoleProperties properties, @Value(ActuatorPath.BASE_PATH) String actuator) {
        List<String> urls = new ArrayList<>(List.of("/admin/*", new ActuatorPath(actuator).path() + "/*"));
        if (properties.oidc().isOn()) {
            urls.addAll(OidcLogin.PATHS);
        }
        FilterRegistrationBean<Filter> registration = new FilterRegistrationBean<>(filter);
        registration.setUrlPatterns(urls);
        registration.setDispatcherTypes(EnumSet.of(DispatcherType.REQUEST));
        registration.setOrder(ORDER);
        return registration;
    }

    /** By the name of the servlet, so that callbacks do not pass through it. */
    @Bean
    FilterRegistrationBean<Filter> strangePaths() {
        FilterRegistrationBean<Filter> registration = new FilterRegistrationBean<>(new StrangePaths());
        registration.setServletNames(List.of(DispatcherServletAutoConfiguration.DEFAULT_DISPATCHER_SERVLET_BEAN_NAME));
        registration.setDispatcherTypes(EnumSet.of(DispatcherType.REQUEST, DispatcherType.ERROR));
        return registration;
    }
}
