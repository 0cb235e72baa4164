package io.github.dingtalkinbox.internal.retention;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.zaxxer.hikari.HikariDataSource;
import io.github.dingtalkinbox.internal.seal.TestSeals;
import io.github.dingtalkinbox.internal.sql.SiblingPool;
import io.github.dingtalkinbox.testing.History;
import io.github.dingtalkinbox.testing.Postgres;
import io.github.dingtalkinbox.testing.Service;
import io.github.dingtalkinbox.testing.TestDatabase;
import javax.sql.DataSource;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.jdbc.datasource.DelegatingDataSource;

/** The cleanup as a part of the service. */
@Postgres
@ExtendWith(OutputCaptureExtension.class)
class RetentionConfigurationPostgresTest {
    private static final String EVERY_SECOND = "inbox.retention.schedule=* * * * * *";

    private final TestDatabase database;
    private final History history;

    RetentionConfigurationPostgresTest(TestDatabase database) {
        this.database = database;
        this.history = new History(database);
    }

    @BeforeEach
    void fill() {
        history.empty().events(40, "a", 10).seal();
    }

    @Test
    void theServiceCleansUpWhenItIsTime(CapturedOutput output) {
        RetentionJob job;
        try (Service service = Service.start(database, EVERY_SECOND, "inbox.seal.key=" + TestSeals.KEY)) {
            job = service.bean(RetentionJob.class);
            await().untilAsserted(() ->
                    assertThat(output).contains("The cleanup removed 10 rows; nothing that is due is left"));
            assertThat(history.count("processed_events")).isZero();
            assertThat(job.isRunning()).isTrue();
        }
        assertThat(job.isRunning()).isFalse();
        await().untilAsserted(() -> assertThat(Thread.getAllStackTraces().keySet())
                .noneMatch(t -> t.getName().startsWith("cleanup-")));
        assertThat(database.jdbc()
                        .sql(
                                "select operator || ' ' || (origin ~ '^\\S+/\\d+$') from inbox.cleanup_runs where rows_removed > 0 and table_name <> ''")
                        .query(String.class)
                        .list())
                .containsExactly("schedule true");
    }

    @Test
    void itIsOnByDefaultEveryNight() {
        try (Service service = Service.start(database)) {
            assertThat(service.bean(RetentionJob.class).isRunning()).isTrue();
            assertThat(service.bean(RetentionProperties.class).schedule()).isEqualTo("0 30 3 * * *");
        }
        assertThat(history.count("processed_events")).isEqualTo(10);
    }

    @Test
    void itCanBeOff() {
        try (Service service = Service.start(database, "inbox.retention.schedule=-")) {
            assertThat(service.bean(RetentionJob.class).isRunning()).isFalse();
        }
    }

    @Test
    void refusalIsLoudAndCallbacksAreReceived(CapturedOutput output) throws Exception {
        try (Service service =
                Service.start(database, "inbox.retention.events=1h", "inbox.seal.key=" + TestSeals.KEY)) {
            service.bean(RetentionJob.class).runOnce();
            assertThat(output)
                    .containsPattern(
                            "ERROR .*The cleanup removed 0 rows, and refused to remove others. inbox.retention.events is 1h");
            assertThat(service.client()
                            .deliver("{\"EventType\":\"check_in\",\"eventId\":\"1\",\"CorpId\":\"ding1\"}")
                            .status())
                    .isEqualTo(200);
        }
        assertThat(history.count("processed_events")).isEqualTo(11);
    }

    @Test
    void wrongScheduleEndsTheStart(CapturedOutput output) {
        assertThatThrownBy(() -> Service.start(database, "inbox.retention.schedule=daily"))
                .isNotNull();
        assertThat(output).contains("APPLICATION FAILED TO START", "inbox.retention.schedule must be six fields");
    }

    @Test
    void itHasConnectionsOfItsOwnAndMayHaveARole() {
        database.jdbc().sql("drop role if exists cleanup_test").update();
        database.jdbc()
                .sql("create role cleanup_test login password 'secret' superuser")
                .update();
        try (SiblingPool own = Retention.pool(
                database.dataSource(), Settings.properties("username=cleanup_test", "password=secret"))) {
            assertThat(own.get()).isNotSameAs(database.dataSource()).isInstanceOf(HikariDataSource.class);
            assertThat(org.springframework.jdbc.core.simple.JdbcClient.create(own.get())
                            .sql("select current_user")
                            .query(String.class)
                            .single())
                    .isEqualTo("cleanup_test");
        } finally {
            database.jdbc().sql("drop role cleanup_test").update();
        }
    }

    @Test
    void roleThatMayNotIsSaid() {
        database.jdbc().sql("drop role if exists cleanup_test").update();
        database.jdbc().sql("create role cleanup_test login password 'secret'").update();
        database.jdbc().sql("grant usage on schema inbox to cleanup_test").update();
        database.jdbc()
                .sql("grant select, insert, update on inbox.cleanup_lock to cleanup_test")
                .update();
        try {
            RetentionReport report = Settings.run(database, "username=cleanup_test", "password=secret");
            assertThat(report.outcome()).isEqualTo(RetentionReport.CleanupOutcome.FAILED);
            assertThat(report.problems())
                    .singleElement()
                    .asString()
                    .contains("may not clean up: ", "event_seals", "inbox.retention.username");
            try (Retention retention = Settings.retention(database, "username=cleanup_test", "password=secret")) {
                assertThat(retention.plan(null).problems())
                        .as("of a dry run")
                        .singleElement()
                        .asString()
                        .contains("may not clean up: ", "event_seals", "inbox.retention.username");
            }
        } finally {
            database.jdbc().sql("drop owned by cleanup_test").update();
            database.jdbc().sql("drop role cleanup_test").update();
        }
        assertThat(history.count("processed_events")).isEqualTo(10);
    }

    /** All that such a role needs, besides adding seals; it removes nothing but through the functions. */
    @Test
    void roleNeedsOnlyToCallTheFunctions() {
        database.jdbc().sql("drop role if exists cleanup_test").update();
        database.jdbc().sql("create role cleanup_test login password 'secret'").update();
        database.jdbc().sql("grant usage on schema inbox to cleanup_test").update();
        database.jdbc()
                .sql("grant select, insert, update on inbox.cleanup_lock to cleanup_test")
                .update();
        database.jdbc()
                .sql("grant select on all tables in schema inbox to cleanup_test")
                .update();
        database.jdbc().sql("grant insert on inbox.event_seals to cleanup_test").update();
        for (String function : database.jdbc()
                .sql("select cast(oid as regprocedure) from pg_proc where proname like 'cleanup\\_%'")
                .query(String.class)
                .list()) {
            database.jdbc()
                    .sql("grant execute on function " + function + " to cleanup_test")
                    .update();
        }
        try {
            RetentionReport report = Settings.run(database, "username=cleanup_test", "password=secret");
            assertThat(report.problems()).isEmpty();
            assertThat(report.rows()).isEqualTo(10);
        } finally {
            database.jdbc().sql("drop owned by cleanup_test").update();
            database.jdbc().sql("drop role cleanup_test").update();
        }
    }

    @Test
    void otherDataSourcesAreUsedAsTheyAre() {
        DataSource other = new DelegatingDataSource(database.dataSource()) {
            @Override
            public boolean isWrapperFor(Class<?> type) {
                return false;
            }
        };
        try (SiblingPool used = Retention.pool(other, Settings.properties())) {
            assertThat(used.get()).isSameAs(other);
        }
        assertThatThrownBy(() -> Retention.pool(other, Settings.properties("username=x")))
                .hasMessageContaining("inbox.retention.username cannot be used");
    }
}
