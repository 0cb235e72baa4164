package io.github.dingtalkinbox.service.connector;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import org.apache.tomcat.util.net.NioChannel;
import org.apache.tomcat.util.net.NioEndpoint.NioSocketWrapper;
import org.apache.tomcat.util.net.SocketBufferHandler;
import org.jspecify.annotations.Nullable;

/** A connection without TLS. */
final class GatedChannel extends NioChannel implements Gated, Gate.Source {
    private final Gate gate;

    GatedChannel(SocketBufferHandler buffers, ArrivalEndpoint endpoint) {
        super(buffers);
        this.gate = new Gate(this, buffers, endpoint);
    }

    @Override
    public Gate gate() {
        return gate;
    }

    @Override
    public void reset(@Nullable SocketChannel socket, @Nullable NioSocketWrapper connection) throws IOException {
        super.reset(socket, connection);
        gate.reset(socket, connection);
    }

    @Override
    public int read(ByteBuffer into) throws IOException {
        return gate.read(into);
    }

    @Override
    public int readSocket(ByteBuffer into) throws IOException {
        return super.read(into);
    }

    @Override
    public int portion() {
        return 1;
    }
}
