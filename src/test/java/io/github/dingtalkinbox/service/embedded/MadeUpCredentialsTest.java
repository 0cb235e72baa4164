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

class MadeUpCredentialsTest {
    private final DataDirectory directory;
    private final ConfigurableEnvironment environment = new StandardEnvironment();

    MadeUpCredentialsTest(@TempDir Path temporary) {
        directory = DataDirectory.open(temporary.resolve(".data"));
    }

    @AfterEach
    void giveFree() throws IOException {
        directory.close();
    }

    @Test
    void appDefaultGetsCredentialsThatDingTalkWouldAccept() {
        new MadeUpCredentials(directory, environment);

        assertThat(property("token")).matches("[A-Za-z0-9]{32}");
        assertThat(property("aes-key")).matches("[A-Za-z0-9]{43}");
        assertThat(property("owner-key")).matches("ding[A-Za-z0-9]{16}");
        byte[] key = Base64.getDecoder().decode(property("aes-key") + "=");
        assertThat(key).hasSize(32);
        assertThat(Base64.getEncoder().encodeToString(key)).isEqualTo(property("aes-key") + "=");
    }

    @Test
    void theyAreKeptForTheOwnerOnly() throws IOException {
        new MadeUpCredentials(directory, environment);
        ConfigurableEnvironment later = new StandardEnvironment();
        new MadeUpCredentials(directory, later);

        for (String key : new String[] {"token", "aes-key", "owner-key"}) {
            assertThat(later.getProperty("inbox.apps.default." + key)).isEqualTo(property(key));
        }
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file())))
                .isEqualTo("rw-------");
    }

    @Test
    void noneAreMadeIfAnAppIsConfigured() {
        environment
                .getPropertySources()
                .addFirst(new MapPropertySource("test", Map.of("inbox.apps.hr.token", "given")));

        new MadeUpCredentials(directory, environment);

        assertThat(file()).doesNotExist();
        assertThat(environment.getProperty("inbox.apps.default.token")).isNull();
    }

    @Test
    void incompleteFileIsRefusedWithoutItsContent() throws IOException {
        Files.writeString(file(), "token=topsecret\n");

        assertThatThrownBy(() -> new MadeUpCredentials(directory, environment))
                .isInstanceOf(ConfigurationProblem.class)
                .hasMessage("The file " + file() + " must have the keys token, aes-key and owner-key.");
    }

    private Path file() {
        return directory.resolve("dingtalk-credentials.properties");
    }

    private String property(String key) {
        return environment.getRequiredProperty("inbox.apps.default." + key);
    }
}
