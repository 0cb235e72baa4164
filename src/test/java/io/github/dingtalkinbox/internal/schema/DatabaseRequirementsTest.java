package io.github.dingtalkinbox.internal.schema;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What no server of the tests can be made to say. */
class DatabaseRequirementsTest {
    private static final Setting VERSION = setting("server_version_num", "150000", "default");

    @Test
    void olderVersionIsRefused() {
        assertThatThrownBy(
                        () -> DatabaseRequirements.check(List.of(setting("server_version_num", "140019", "default"))))
                .isInstanceOf(UnsuitableDatabase.class)
                .hasMessageContaining("PostgreSQL is version 14.19, required is 15 or later");
    }

    @Test
    void standbyIsRefused() {
        assertThatThrownBy(() -> check("in_hot_standby", "on", "default"))
                .isInstanceOf(UnsuitableDatabase.class)
                .hasMessageContaining("in_hot_standby is 'on', required is 'off': the server is a standby");
    }

    @ParameterizedTest
    @ValueSource(strings = {"on", "local", "remote_write", "remote_apply"})
    void everySynchronousCommitThatWaitsForTheDiskWillDo(String value) {
        assertThatCode(() -> check("synchronous_commit", value, "database")).doesNotThrowAnyException();
    }

    @ParameterizedTest
    @ValueSource(strings = {"local", "remote_write"})
    void aCommitThatDoesNotWaitForTheNamedStandbyIsRefused(String value) {
        assertThatThrownBy(() -> DatabaseRequirements.check(List.of(
                        VERSION,
                        setting("synchronous_commit", value, "user"),
                        setting("synchronous_standby_names", "s1", "configuration file"))))
                .isInstanceOf(UnsuitableDatabase.class)
                .hasMessageContaining("synchronous_commit is '" + value + "', required is 'on': the server has a"
                        + " synchronous standby");
    }

    @ParameterizedTest
    @ValueSource(strings = {"on", "remote_apply"})
    void aCommitThatWaitsForTheNamedStandbyWillDo(String value) {
        assertThatCode(() -> DatabaseRequirements.check(List.of(
                        VERSION,
                        setting("synchronous_commit", value, "user"),
                        setting("synchronous_standby_names", "s1", "configuration file"))))
                .doesNotThrowAnyException();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            default             | alter system set fsync = 'on'; select pg_reload_conf();
            configuration file  | alter system set fsync = 'on'; select pg_reload_conf();
            command line        | Start the server without fsync=off on its command line
            database            | alter database "my db" reset fsync;
            user                | alter role me reset fsync;
            database user       | alter role me in database "my db" reset fsync;
            client              | Remove fsync from the options of spring.datasource.url
            session             | spring.datasource.hikari.connection-init-sql
            """)
    void remedyIsWhereTheValueComesFrom(String source, String remedy) {
        assertThatThrownBy(() -> check("fsync", "off", source))
                .isInstanceOfSatisfying(
                        UnsuitableDatabase.class, e -> assertThat(e.action().lines())
                                .singleElement()
                                .asString()
                                .contains(remedy));
    }

    private static void check(String name, String value, String source) {
        DatabaseRequirements.check(List.of(VERSION, setting(name, value, source)));
    }

    private static Setting setting(String name, String value, String source) {
        return new Setting(name, value, source, "me", "\"my db\"", Instant.EPOCH);
    }
}
