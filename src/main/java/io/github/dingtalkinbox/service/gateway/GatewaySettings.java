package io.github.dingtalkinbox.service.gateway;

import java.time.Duration;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/**
 * How a {@link PlayedGateway} behaves as long as it behaves well.
 *
 * @param port of the loopback address; 0: any free one
 * @param clientId of the app that may connect
 * @param clientSecret of the app, until it is rotated
 * @param ping how often a SYSTEM ping is sent on each connection
 * @param ticketLife how long a ticket can be used
 * @param silence how long a connection is left open after its {@code disconnect}
 * @param tls for https and wss; null: http and ws
 */
public record GatewaySettings(
        int port,
        String clientId,
        String clientSecret,
        Duration ping,
        Duration ticketLife,
        Duration silence,
        @Nullable SSLContext tls) {

    /** DingTalk's own times, without TLS. A ping every 20 to 30 s was seen; tickets and silence are documented. */
    public static GatewaySettings of(String clientId, String clientSecret) {
        return new GatewaySettings(
                0,
                clientId,
                clientSecret,
                Duration.ofSeconds(20),
                Duration.ofSeconds(90),
                Duration.ofSeconds(10),
                null);
    }

    public GatewaySettings withPort(int chosen) {
        return new GatewaySettings(chosen, clientId, clientSecret, ping, ticketLife, silence, tls);
    }

    public GatewaySettings withPing(Duration interval) {
        return new GatewaySettings(port, clientId, clientSecret, interval, ticketLife, silence, tls);
    }

    public GatewaySettings withTicketLife(Duration life) {
        return new GatewaySettings(port, clientId, clientSecret, ping, life, silence, tls);
    }

    public GatewaySettings withSilence(Duration time) {
        return new GatewaySettings(port, clientId, clientSecret, ping, ticketLife, time, tls);
    }

    public GatewaySettings withTls(SSLContext context) {
        return new GatewaySettings(port, clientId, clientSecret, ping, ticketLife, silence, context);
    }
}
