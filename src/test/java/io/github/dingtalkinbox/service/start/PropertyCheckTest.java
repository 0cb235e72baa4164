package io.github.dingtalkinbox.service.start;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.dingtalkinbox.internal.start.ConfigurationProblem;
import io.github.dingtalkinbox.internal.start.KnownProperties;
import org.junit.jupiter.api.Test;
import org.springframework.mock.env.MockEnvironment;

class PropertyCheckTest {
    @Test
    void unknownPropertiesEndTheStart() {
        MockEnvironment environment = new MockEnvironment().withProperty("inbox.dedline", "1s");

        assertThatThrownBy(() -> PropertyCheck.refuseUnknown(environment, KnownProperties.load()))
                .isInstanceOfSatisfying(ConfigurationProblem.class, e -> assertThat(e.description())
                        .contains("There are no such properties", "inbox.deadline"));
    }
}
