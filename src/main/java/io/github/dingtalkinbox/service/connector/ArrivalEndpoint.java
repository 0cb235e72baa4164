package io.github.dingtalkinbox.service.connector;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.channels.SocketChannel;
import org.apache.tomcat.util.net.NioChannel;
import org.apache.tomcat.util.net.NioEndpoint;
import org.apache.tomcat.util.net.SocketBufferHandler;
import org.jspecify.annotations.Nullable;

/** Accepts connections, as many from one address as the limit allows, and has their bytes read through a {@link Gate}. */
final class ArrivalEndpoint extends NioEndpoint {
    private volatile ConnectionLimit limit = ConnectionLimit.NONE;

    void limit(ConnectionLimit limit) {
        this.limit = limit;
    }

    ConnectionLimit limit() {
        return limit;
    }

    /** Called by the one thread that accepts connections. */
    @Override
    protected boolean setSocketOptions(SocketChannel socket) {
        if (limit.admits(address(socket))) {
            return super.setSocketOptions(socket);
        }
        destroySocket(socket);
        return false;
    }

    @Override
    protected NioChannel createChannel(SocketBufferHandler buffers) {
        return isSSLEnabled() ? new GatedTlsChannel(buffers, this) : new GatedChannel(buffers, this);
    }

    /** Of the other side; null: it is gone already. */
    static @Nullable InetAddress address(SocketChannel socket) {
        try {
            return socket.getRemoteAddress() instanceof InetSocketAddress remote ? remote.getAddress() : null;
        } catch (IOException e) {
            return null;
        }
    }
}
