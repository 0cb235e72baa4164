package io.github.dingtalkinbox.testing;

import java.time.Duration;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * What has to happen soon may take long on a machine that does other things at the same time: a test that waits for it
 * only fails if it does not happen. Found by the engine itself, for every test class.
 */
public final class Patience implements BeforeAllCallback {
    static final Duration LONGEST = Duration.ofSeconds(60);

    @Override
    public void beforeAll(ExtensionContext context) {
        Awaitility.setDefaultTimeout(LONGEST);
    }
}
