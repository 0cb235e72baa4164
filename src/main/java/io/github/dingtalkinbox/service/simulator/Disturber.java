package io.github.dingtalkinbox.service.simulator;

import io.github.dingtalkinbox.service.gateway.OpenAnswer;
import io.github.dingtalkinbox.service.gateway.PlayedConnection;
import io.github.dingtalkinbox.service.gateway.PlayedGateway;
import io.github.dingtalkinbox.service.gateway.UpgradeAnswer;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/** Does something bad to a connection every few seconds, one misbehaviour after the other, until it is closed. */
final class Disturber implements AutoCloseable {
    private static final Duration INTERVAL = Duration.ofSeconds(2);
    /** After which the gateway delivers nothing more over a connection that is half-dead. */
    private static final Duration NOTICED = Duration.ofSeconds(10);

    private final PlayedGateway gateway;
    private final Misbehaviours misbehaviours;
    private final Random random;
    private final ScheduledExecutorService scheduler;

    Disturber(PlayedGateway gateway, StreamSimulation simulation) {
        this.gateway = gateway;
        this.misbehaviours = simulation.misbehaviours();
        this.random = new Random(simulation.seed());
        this.scheduler = Executors.newSingleThreadScheduledExecutor(task -> {
            var thread = new Thread(task, "misbehaviour");
            thread.setDaemon(true);
            return thread;
        });
    }

    void start() {
        long interval = INTERVAL.toMillis();
        // Ends with the scheduler.
        var unused = scheduler.scheduleWithFixedDelay(this::disturb, interval, interval, TimeUnit.MILLISECONDS);
    }

    private void disturb() {
        List<PlayedConnection> healthy = gateway.openConnections().stream()
                .filter(connection -> !connection.isSilent())
                .toList();
        misbehaviours.next(healthy.size()).ifPresent(next -> {
            disturb(next, healthy.get(random.nextInt(healthy.size())));
            if (next != Misbehaviour.OLD_CONNECTION) { // of which the events count that come on it
                misbehaviours.count(next);
            }
        });
    }

    private void disturb(Misbehaviour how, PlayedConnection connection) {
        switch (how) {
            case DISCONNECT, OLD_CONNECTION -> {
                var unused = connection.disconnect("connection is expired");
            }
            case CLOSE -> connection.close(1001, "");
            case DROP -> connection.drop();
            case RESET -> connection.reset();
            case HALF_DEAD -> {
                connection.die();
                connection.retireAfter(NOTICED);
            }
            case MUTE -> {
                connection.stopSending();
                connection.retireAfter(NOTICED);
            }
            case DEAF -> {
                connection.stopReading();
                connection.retireAfter(NOTICED);
            }
            case UNAVAILABLE -> {
                gateway.answerNextOpenCalls(2, OpenAnswer.UNAVAILABLE);
                connection.drop();
            }
            case REFUSE_TICKETS -> {
                gateway.answerNextUpgrades(2, UpgradeAnswer.REFUSED);
                connection.drop();
            }
            case ROTATE_SECRET -> {
                gateway.answerNextOpenCalls(2, OpenAnswer.AUTH_FAILED);
                connection.drop();
            }
            default -> throw new IllegalArgumentException("Not of a connection: " + how);
        }
    }

    @Override
    public void close() {
        scheduler.shutdownNow();
    }
}
