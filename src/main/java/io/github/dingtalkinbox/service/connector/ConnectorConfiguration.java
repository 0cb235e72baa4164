package io.github.dingtalkinbox.service.connector;

import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.boot.tomcat.TomcatWebServerFactory;
import org.springframework.boot.web.server.WebServerFactoryCustomizer;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Not an auto-configuration, because a host application has its own web server. */
@Configuration(proxyBeanMethods = false)
@ConditionalOnWebApplication(type = ConditionalOnWebApplication.Type.SERVLET)
class ConnectorConfiguration {
    /** More than a header has room for: of one language too many, Tomcat makes an exception, also for callbacks. */
    private static final int LANGUAGES = 10_000;

    @Bean
    WebServerFactoryCustomizer<TomcatWebServerFactory> connectorCustomizer() {
        return factory -> factory.addConnectorCustomizers(connector -> connector.setMaxLocaleCount(LANGUAGES));
    }
}
