package io.github.dingtalkinbox.internal.telemetry;

import io.github.dingtalkinbox.internal.stream.StreamLevels;
import io.github.dingtalkinbox.internal.stream.StreamLevels.StreamConnection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;

/** Warns as long as a connection of this node to DingTalk's gateway has had no frame for too long, or is refused. */
final class StreamHealthIndicator implements HealthIndicator {
    private static final String ACTION =
            "Look at the problem of each connection, and at the log. If DingTalk refuses them (400, 401 or another 4xx):"
                    + " compare inbox.apps.<name>.client-id and .client-secret with DingTalk's console, and see there"
                    + " that the app is published and Stream mode is chosen; a 403 or 407 may also come from a proxy or"
                    + " firewall. Otherwise: see whether this machine reaches DingTalk (inbox.proxy.*). Until then,"
                    + " events come on other connections or not at all";

    private final StreamLevels levels;

    StreamHealthIndicator(StreamLevels levels) {
        this.levels = levels;
    }

    @Override
    public Health health() {
        List<StreamConnection> failing = levels.failing();
        Health.Builder health = failing.isEmpty()
                ? Health.up()
                : Health.status(WarningHealthIndicator.WARNING)
                        .withDetail("action", ACTION)
                        .withDetail(
                                "connections",
                                failing.stream()
                                        .map(StreamHealthIndicator::describe)
                                        .toList());
        return health.withDetail("count", failing.size()).build();
    }

    private static Map<String, Object> describe(StreamConnection connection) {
        Map<String, Object> described = new LinkedHashMap<>();
        described.put("app", connection.app());
        described.put("number", connection.number());
        described.put("state", InboxMeters.word(connection.state()));
        described.put("since", connection.since());
        if (connection.lastFrameAt() != null) {
            described.put("lastFrameAt", connection.lastFrameAt());
        }
        if (connection.problem() != null) {
            described.put("problem", connection.problem());
        }
        return described;
    }
}
