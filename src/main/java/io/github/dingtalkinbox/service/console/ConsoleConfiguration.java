package io.github.dingtalkinbox.service.console;

import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.web.servlet.ServletRegistrationBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.web.context.support.AnnotationConfigWebApplicationContext;
import org.springframework.web.servlet.DispatcherServlet;

/**
 * The servlet of the console. Its application context is created with the first request to the console: it does not
 * delay the start of the service, and is independent of the callback URL.
 */
@Configuration(proxyBeanMethods = false)
@ConditionalOnWebApplication(type = ConditionalOnWebApplication.Type.SERVLET)
@EnableConfigurationProperties(PageProperties.class)
class ConsoleConfiguration {
    private static final String NAME = "console";

    /** Its servlet is no bean: Spring Boot would take it for the one of the application. */
    @Bean
    ServletRegistrationBean<DispatcherServlet> consoleServlet() {
        DispatcherServlet servlet = new DispatcherServlet();
        servlet.setContextClass(AnnotationConfigWebApplicationContext.class);
        servlet.setContextConfigLocation(ConsolePages.class.getName());
        servlet.setNamespace(NAME);
        // Only its own, and not those of the application's context too.
        servlet.setDetectAllHandlerMappings(false);
        servlet.setDetectAllHandlerAdapters(false);
        servlet.setDetectAllViewResolvers(false);
        ServletRegistrationBean<DispatcherServlet> registration = new ServletRegistrationBean<>(servlet, "/admin/*");
        registration.setName(NAME);
        return registration;
    }
}
