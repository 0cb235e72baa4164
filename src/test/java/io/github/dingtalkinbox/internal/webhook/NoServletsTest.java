package io.github.dingtalkinbox.internal.webhook;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ReactiveWebApplicationContextRunner;

class NoServletsTest {
    /** Its credentials are of no interest, because no callback can come. */
    @Test
    void aReactiveHostStartsWithIncompleteCredentials() {
        new ReactiveWebApplicationContextRunner()
                .withConfiguration(AutoConfigurations.of(NoServletsConfiguration.class))
                .withPropertyValues("inbox.apps.default.token=token123")
                .run(host -> assertThat(host).hasNotFailed());
    }
}
