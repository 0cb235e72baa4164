package io.github.dingtalkinbox.service.connector;

import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.tomcat.TomcatWebServerFactory;
import org.springframework.boot.web.server.WebServerFactoryCustomizer;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Not an auto-configuration, because a host application has its own web server. */
@Configuration(proxyBeanMethods = false)
@ConditionalOnWebApplication(type = ConditionalOnWebApplication.Type.SERVLET)
@EnableConfigurationProperties(ConnectorProperties.class)
class ConnectorConfiguration {
    /** More than a header has room for: of one language too many, Tomcat makes an exception, also for callbacks. */
    private static final int LANGUAGES = 10_000;

    /** For each of many connections; a page is written in several parts. */
    private static final int WRITE_BUFFER = 4096;

    @Bean
    WebServerFactoryCustomizer<TomcatWebServerFactory> connectorCustomizer(
            ConnectorProperties properties,
            @Value("${server.tomcat.remoteip.internal-proxies:}") String proxies,
            @Value("${server.http2.enabled:false}") boolean hasHttp2) {
        ConnectionLimit limit =
                new ConnectionLimit(properties.connectionsPerAddress(), ConnectionLimit.NOT_PUBLIC, proxies);
        return factory -> {
            if (!hasHttp2) {
                factory.setProtocol(ArrivalProtocol.class.getName());
            }
            factory.addConnectorCustomizers(connector -> {
                connector.setMaxLocaleCount(LANGUAGES);
                connector.setProperty("socket.appWriteBufSize", String.valueOf(WRITE_BUFFER));
                if (connector.getProtocolHandler() instanceof ArrivalProtocol protocol) {
                    protocol.limit(limit);
                }
            });
        };
    }
}
