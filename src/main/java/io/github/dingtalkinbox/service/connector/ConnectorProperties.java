package io.github.dingtalkinbox.service.connector;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * The properties {@code inbox.server.*}.
 *
 * @param connectionsPerAddress How many connections the service's web server accepts from one public address. Private
 *     addresses, and those of server.tomcat.remoteip.internal-proxies, have no limit. 0: nobody has one.
 */
@ConfigurationProperties("inbox.server")
record ConnectorProperties(@DefaultValue("256") int connectionsPerAddress) {
    ConnectorProperties {
        if (connectionsPerAddress < 0) {
            throw new IllegalArgumentException(
                    "inbox.server.connections-per-address must not be negative, but is " + connectionsPerAddress);
        }
    }
}
