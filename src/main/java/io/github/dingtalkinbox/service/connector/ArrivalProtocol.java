package io.github.dingtalkinbox.service.connector;

import org.apache.coyote.http11.Http11NioProtocol;

/**
 * Tomcat's HTTP connector, which gives a thread only to a request that has arrived: a slow sender holds a connection, of
 * which there are many, and no thread, of which there are few. Public, because Tomcat makes it by its name.
 */
public final class ArrivalProtocol extends Http11NioProtocol {
    private final ArrivalEndpoint endpoint;

    public ArrivalProtocol() {
        this(new ArrivalEndpoint());
    }

    private ArrivalProtocol(ArrivalEndpoint endpoint) {
        super(endpoint);
        this.endpoint = endpoint;
        endpoint.setHandler(new Arrivals(endpoint.getHandler()));
    }

    void limit(ConnectionLimit limit) {
        endpoint.limit(limit);
    }
}
