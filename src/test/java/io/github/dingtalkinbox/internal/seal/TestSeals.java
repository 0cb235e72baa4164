package io.github.dingtalkinbox.internal.seal;

import io.github.dingtalkinbox.testing.TestDatabase;

/** Seals for tests of other packages. */
public final class TestSeals {
    private TestSeals() {}

    /** Seals every closed hour with a key as it stands in the configuration. */
    public static void seal(TestDatabase database, String key) {
        new Sealer(database.dataSource(), SealKey.parse("key", key)).runOnce();
    }
}
