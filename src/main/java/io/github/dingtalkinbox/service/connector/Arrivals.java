package io.github.dingtalkinbox.service.connector;

import java.io.IOException;
import java.util.concurrent.Semaphore;
import org.apache.tomcat.util.net.AbstractEndpoint.Handler;
import org.apache.tomcat.util.net.NioChannel;
import org.apache.tomcat.util.net.NioEndpoint.NioSocketWrapper;
import org.apache.tomcat.util.net.SocketEvent;
import org.apache.tomcat.util.net.SocketWrapperBase;

/**
 * Passes on a request to Tomcat's own handler when it has arrived, and leaves the connection to the selector until then.
 * Only a few that have not arrived yet are passed on at once, so that they do not take all threads.
 *
 * <p>Safe for use by many threads.
 */
final class Arrivals implements Handler<NioChannel> {
    private static final int STREAMED_AT_ONCE = 64;

    private final Handler<NioChannel> tomcat;
    private final Semaphore streamed = new Semaphore(STREAMED_AT_ONCE);

    Arrivals(Handler<NioChannel> tomcat) {
        this.tomcat = tomcat;
    }

    @Override
    public SocketState process(SocketWrapperBase<NioChannel> connection, SocketEvent event) {
        if (!(connection.getSocket() instanceof Gated channel)) {
            return tomcat.process(connection, event);
        }
        Gate gate = channel.gate();
        // Without a processor, it is between two requests.
        if (event == SocketEvent.OPEN_READ && connection.getCurrentProcessor() == null) {
            try {
                switch (gate.arrive()) {
                    case PARTIAL -> {
                        gate.await((NioSocketWrapper) connection);
                        connection.registerReadInterest();
                        return SocketState.OPEN;
                    }
                    case ENDED -> {
                        return SocketState.CLOSED;
                    }
                    case WHOLE, STREAMED -> {}
                }
            } catch (IOException e) {
                return SocketState.CLOSED;
            }
        }
        SocketState state = gate.isStreaming() ? stream(connection, event) : tomcat.process(connection, event);
        if (state == SocketState.OPEN) {
            gate.close();
        }
        return state;
    }

    private SocketState stream(SocketWrapperBase<NioChannel> connection, SocketEvent event) {
        if (!streamed.tryAcquire()) {
            return SocketState.CLOSED;
        }
        try {
            return tomcat.process(connection, event);
        } finally {
            streamed.release();
        }
    }

    @Override
    public Object getGlobal() {
        return tomcat.getGlobal();
    }

    @Override
    public void release(SocketWrapperBase<NioChannel> connection) {
        tomcat.release(connection);
        if (connection.getSocket() instanceof Gated channel) {
            channel.gate().released();
        }
    }

    @Override
    public void pause() {
        tomcat.pause();
    }

    @Override
    public void recycle() {
        tomcat.recycle();
    }
}
