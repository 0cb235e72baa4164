package io.github.dingtalkinbox.internal.start;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.SpringBootVersion;

class BootVersionTest {
    @ParameterizedTest
    @ValueSource(strings = {"2.7.18", "3.5.9", "4.0.1", "4.0.0-SNAPSHOT"})
    void olderOnesAreRefusedByName(String version) {
        assertThatThrownBy(() -> BootVersion.require(version))
                .isInstanceOf(ConfigurationProblem.class)
                .hasMessage("dingtalk-inbox needs Spring Boot 4.1 or later, and this application has " + version + ".");
    }

    @ParameterizedTest
    @NullSource
    @ValueSource(strings = {"4.1.0", "4.1.2", "4.10.0", "5.0.0-M1"})
    void newerAndUnknownOnesAreNot(@Nullable String version) {
        assertThatCode(() -> BootVersion.require(version)).doesNotThrowAnyException();
        assertThatCode(() -> BootVersion.require(SpringBootVersion.getVersion()))
                .doesNotThrowAnyException();
    }
}
