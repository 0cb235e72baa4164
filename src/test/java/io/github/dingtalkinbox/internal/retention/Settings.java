package io.github.dingtalkinbox.internal.retention;

import io.github.dingtalkinbox.internal.seal.TestSeals;
import io.github.dingtalkinbox.internal.sql.SiblingPool;
import io.github.dingtalkinbox.testing.TestDatabase;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;

/** Properties as a configuration has them, and a cleanup by them. */
final class Settings {
    static final CleanupOrder ORDER = new CleanupOrder("maria", "here/1", "too much of it", null);

    private Settings() {}

    static RetentionProperties properties(String... properties) {
        Map<String, String> all = new HashMap<>(Map.of("inbox.retention.pause", "0"));
        for (String property : properties) {
            String[] nameAndValue = property.split("=", 2);
            all.put("inbox.retention." + nameAndValue[0], nameAndValue[1]);
        }
        return new Binder(new MapConfigurationPropertySource(all))
                .bindOrCreate("inbox.retention", RetentionProperties.class);
    }

    static Retention retention(TestDatabase database, String... properties) {
        return retention(database, CleanupListener.NONE, properties);
    }

    static Retention retention(TestDatabase database, CleanupListener listener, String... properties) {
        return Retention.on(database.dataSource(), properties(properties), TestSeals.KEYS, "node/1", listener);
    }

    /** With a lock that soon runs out. */
    static Retention impatient(TestDatabase database, Duration lock, CleanupListener listener, String... properties) {
        RetentionProperties bound = properties(properties);
        SiblingPool pool = Retention.pool(database.dataSource(), bound);
        return new Retention(bound, pool, new CleanupLock(pool.get(), "node/2", lock), TestSeals.KEYS, listener);
    }

    static RetentionReport run(TestDatabase database, String... properties) {
        try (Retention retention = retention(database, properties)) {
            return retention.runOnce(ORDER);
        }
    }
}
