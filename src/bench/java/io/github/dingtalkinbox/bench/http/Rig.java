package io.github.dingtalkinbox.bench.http;

import io.github.dingtalkinbox.service.gateway.PlayedGateway;
import io.github.dingtalkinbox.testing.TestDatabase;
import java.io.IOException;
import java.sql.SQLException;
import java.util.List;
import java.util.function.Supplier;

/** The service on a database, a sender, and the raw limit beside them. What a run leaves behind is verified each time. */
final class Rig implements AutoCloseable {
    /** Of what is prepared for one run: it has to have room in memory. */
    private static final int MOST_BYTES = 256 << 20;

    private final ServiceUnderLoad service;
    private final Supplier<ProcessorTime> processorTime;
    private final RawLimit rawLimit;
    private final ExactlyOnce exactlyOnce;

    private Rig(DatabaseUnderLoad server, ServiceUnderLoad service, TestDatabase database) throws Exception {
        this.service = service;
        this.processorTime = server.beside(service);
        this.rawLimit = new RawLimit(database, processorTime);
        this.exactlyOnce = new ExactlyOnce(database.jdbc());
    }

    /** Starts the service on that database of the server, with these properties. */
    static Rig start(DatabaseUnderLoad server, TestDatabase database, String... properties) throws Exception {
        return of(server, ServiceUnderLoad.start(database, properties), database);
    }

    /** For a service that has been started on that database of the server. */
    static Rig of(DatabaseUnderLoad server, ServiceUnderLoad service, TestDatabase database) throws Exception {
        return new Rig(server, service, database);
    }

    ServiceUnderLoad service() {
        return service;
    }

    Load load(int connections) throws IOException {
        return new Load(service.address(), connections, processorTime);
    }

    /** New events over HTTP. */
    Measured overHttp(Load load, Mix mix, int bytes, int count, Pace pace) throws Exception {
        Approvals approvals = new Approvals(bytes);
        Measured measured = load.run(mix.of(approvals, Math.min(count, MOST_BYTES / bytes)), pace);
        exactlyOnce.verify(approvals, List.of(measured));
        return measured;
    }

    /** New events over Stream. */
    Measured overStream(StreamLoad load, Mix mix, int count, Pace pace) throws Exception {
        Approvals approvals = new Approvals(Approvals.DEFAULT_BYTES);
        Measured measured = load.run(mix.callbacks(approvals, count), pace);
        exactlyOnce.verify(approvals, List.of(measured));
        return measured;
    }

    StreamLoad streamLoad(PlayedGateway gateway, int underWay) {
        return new StreamLoad(gateway, underWay, processorTime);
    }

    /** New events by the raw limit. */
    Measured raw(int count, Pace.AsAnswered pace) throws Exception {
        Approvals approvals = new Approvals(Approvals.DEFAULT_BYTES);
        Measured measured =
                rawLimit.run(approvals.stream().limit(count).toList(), pace);
        exactlyOnce.verify(approvals, List.of(measured));
        return measured;
    }

    /** Delivers so many events, that can be delivered again. */
    KnownEvents known(Load load, int count) throws Exception {
        return KnownEvents.deliver(count, load, exactlyOnce);
    }

    @Override
    public void close() throws SQLException {
        rawLimit.close();
        service.close();
    }
}
