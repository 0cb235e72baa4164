package io.github.dingtalkinbox.internal.intake;

import io.github.dingtalkinbox.testing.Roles;
import io.github.dingtalkinbox.testing.TestDatabase;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;

/** The contract, kept by the role that the service runs as, which may not change what it has written. */
abstract class AppRoleExactlyOnceContract extends ExactlyOnceContract {
    /** Connections of the role, by the database; they serve all tests of a class. */
    private static final Map<String, TestDatabase> APPS = new ConcurrentHashMap<>();

    private final TestDatabase owner;

    AppRoleExactlyOnceContract(TestDatabase owner, ProcessingMode mode) {
        super(asApp(owner), mode);
        this.owner = owner;
    }

    private static TestDatabase asApp(TestDatabase owner) {
        return APPS.computeIfAbsent(owner.name(), name -> {
            Roles.make(owner);
            return owner.as("inbox_app");
        });
    }

    /** As a DBA makes the table of a handler. */
    @Override
    @BeforeEach
    void createEffects() {
        Effects.createTable(owner.jdbc());
        owner.jdbc().sql("grant select, insert, update on effects to inbox_app").update();
    }

    @AfterAll
    static void close() {
        APPS.values().forEach(TestDatabase::close);
        APPS.clear();
    }
}
