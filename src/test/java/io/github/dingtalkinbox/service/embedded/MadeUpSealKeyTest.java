package io.github.dingtalkinbox.service.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.dingtalkinbox.internal.start.ConfigurationProblem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Base64;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.MapPropertySource;
import org.springframework.core.env.StandardEnvironment;

class MadeUpSealKeyTest {
    private final DataDirectory directory;

    MadeUpSealKeyTest(@TempDir Path temporary) {
        directory = DataDirectory.open(temporary.resolve(".data"));
    }

    @AfterEach
    void giveFree() throws IOException {
        directory.close();
    }

    @Test
    void isMadeOnceAndKeptForTheOwnerOnly() throws IOException {
        String key = keyOf(configured(Map.of()));

        assertThat(Base64.getDecoder().decode(key)).hasSize(32);
        assertThat(keyOf(configured(Map.of()))).isEqualTo(key);
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file())))
                .isEqualTo("rw-------");
    }

    @Test
    void anEmptyValueIsNoKey() {
        assertThat(keyOf(configured(Map.of("inbox.seal.key", "")))).hasSize(44);
    }

    @Test
    void noneIsMadeIfOneIsConfigured() {
        assertThat(keyOf(configured(Map.of("inbox.seal.key", "given")))).isEqualTo("given");
        assertThat(file()).doesNotExist();
    }

    @Test
    void commandBesideTheServiceReadsItAndMakesNone() {
        ConfigurableEnvironment none = configured(Map.of());
        MadeUpSealKey.addIfMade(directory.path(), none);
        assertThat(none.getProperty("inbox.seal.key")).isNull();

        String key = keyOf(configured(Map.of()));
        ConfigurableEnvironment command = configured(Map.of());
        MadeUpSealKey.addIfMade(directory.path(), command);
        assertThat(command.getProperty("inbox.seal.key")).isEqualTo(key);
    }

    @Test
    void fileWithoutAKeyIsRefused() throws IOException {
        Files.writeString(file(), "seal=topsecret\n");

        assertThatThrownBy(() -> keyOf(configured(Map.of())))
                .isInstanceOf(ConfigurationProblem.class)
                .hasMessage("The file " + file() + " must have the key inbox.seal.key.");
    }

    private String keyOf(ConfigurableEnvironment environment) {
        MadeUpSealKey.add(directory, environment);
        return environment.getRequiredProperty("inbox.seal.key");
    }

    private static ConfigurableEnvironment configured(Map<String, Object> properties) {
        ConfigurableEnvironment environment = new StandardEnvironment();
        environment.getPropertySources().addFirst(new MapPropertySource("test", properties));
        return environment;
    }

    private Path file() {
        return directory.resolve("seal-key.properties");
    }
}
