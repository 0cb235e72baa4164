package io.github.dingtalkinbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.example.besidemysql.BesideApplication;
import com.example.host.HostApplication;
import com.example.mapped.MappedApplication;
import com.example.migrated.MigratedApplication;
import com.example.persistent.PersistentApplication;
import com.example.reactive.ReactiveApplication;
import com.example.secured.SecuredApplication;
import io.github.dingtalkinbox.testing.Postgres;
import io.github.dingtalkinbox.testing.TestDatabase;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.io.TempDir;

/** The library's jar in applications of somebody else's, each compiled and run with what it depends on and no more. */
@Postgres
class LibraryHostIT {
    private static final String JPA = "spring-boot-starter-data-jpa";
    private static final String FLYWAY = "spring-boot-starter-flyway";
    private static final String LIQUIBASE = "spring-boot-starter-liquibase";
    private static final String SECURITY = "spring-boot-starter-security";
    private static final String WEBFLUX = "spring-boot-starter-webflux";
    /** 128 + 15: ended by SIGTERM, after its shutdown hooks. */
    private static final int TERMINATED = 143;

    private static final String PAYMENT = """
            {"EventType":"host_payment","corpId":"dinghost","eventId":"twins","purpose":"rent"}""";

    private static final String HOST_TABLES = """
            create schema host;
            create table host.bookings (purpose text not null);
            create table host.accounts (balance int not null);
            insert into host.accounts values (10);
            """;

    private final TestDatabase server;

    @TempDir
    Path directories;

    private TestDatabase database;
    private String name = "";

    LibraryHostIT(TestDatabase server) {
        this.server = server;
        this.database = server;
    }

    /** Empty, for every host. */
    @BeforeEach
    void makeDatabase(TestInfo test) {
        name = test.getTestMethod().orElseThrow().getName();
        String of = "host_" + Integer.toHexString(name.hashCode());
        server.jdbc()
                .sql("create database " + of + " template template0 encoding 'UTF8' lc_collate 'C' lc_ctype 'C'")
                .update();
        database = server.neighbour(of);
    }

    @AfterEach
    void dropDatabase() {
        database.close();
        server.jdbc().sql("drop database " + database.name() + " with (force)").update();
    }

    @Test
    void aHostStartsOnTheCompileScopeProcessesTwinsOnceAndStops() throws Exception {
        database.jdbc().sql(HOST_TABLES).update();
        HostProcess.Builder plain = HostProcess.of(HostApplication.class)
                .with(HostClassPath.WEB)
                .app()
                // Its handler has a name that the library once had: then one would silently replace the other.
                .properties("spring.main.allow-bean-definition-overriding=true");
        try (HostProcess host = start(plain, "?currentSchema=host")) {
            assertThat(host.twins(PAYMENT)).containsExactly("success", "success");
            assertThat(all("select purpose from host.bookings")).containsExactly("rent");
            assertThat(all("select balance::text from host.accounts")).containsExactly("9");
            assertThat(host.log()).contains("Of the 10 connections of the pool, up to 3 process deliveries");
            // It receives before it is ready, and only then says so.
            host.says("Callback URL of the app default: /dingtalk/callback, on port "
                    + host.url("").getPort());

            assertThat(host.stop()).isEqualTo(TERMINATED);
            assertThat(host.log()).doesNotContain(" ERROR ", "NoClassDefFoundError", "ClassNotFoundException");
        }
    }

    /** The host's tables may be named like the inbox's, which are in a schema of their own. */
    @Test
    void flywaysMigrationsOfTheHostComeFirstOnAnEmptyDatabase() throws Exception {
        HostProcess.Builder migrated = HostProcess.of(MigratedApplication.class)
                .with(HostClassPath.WEB, FLYWAY)
                .resources("flyway")
                .app();
        try (HostProcess host = start(migrated, "")) {
            countsTwinsOnce(host);

            assertThat(all("select version || ' ' || success from flyway_schema_history order by installed_rank"))
                    .containsExactly("1 true", "2 true");
            assertThat(all("select max(installed_on)::text from flyway_schema_history"))
                    .singleElement()
                    .asString()
                    .isLessThan(all("select min(installed_on)::text from inbox.inbox_schema_history")
                            .get(0));
        }
    }

    @Test
    void liquibasesMigrationsOfTheHostComeFirstOnAnEmptyDatabase() throws Exception {
        HostProcess.Builder migrated = HostProcess.of(MigratedApplication.class)
                .with(HostClassPath.WEB, LIQUIBASE)
                .resources("liquibase")
                .app();
        try (HostProcess host = start(migrated, "")) {
            countsTwinsOnce(host);

            assertThat(all("select max(dateexecuted)::text from databasechangelog"))
                    .singleElement()
                    .asString()
                    .isLessThan(all("select min(installed_on)::text from inbox.inbox_schema_history")
                            .get(0));
        }
    }

    @Test
    void aHostOfAnotherDatabaseHasTheInboxsPostgresBesideIt() throws Exception {
        database.jdbc().sql("""
                create table arrivals (events int not null);
                insert into arrivals values (0);
                """).update();
        HostProcess.Builder beside = HostProcess.of(BesideApplication.class)
                .with(HostClassPath.WEB, "h2")
                .resources("besidemysql")
                .app()
                .properties(
                        "spring.datasource.url=jdbc:h2:mem:business",
                        "inbox-database.jdbc-url=" + database.jdbcUrl(),
                        "inbox-database.username=" + database.user(),
                        "inbox-database.password=" + database.password());
        try (HostProcess host = beside.start(directories.resolve(name))) {
            countsTwinsOnce(host);
        }
    }

    @Test
    void aHostOfAnotherDatabaseAloneIsToldThatTheInboxNeedsAPostgres() throws Exception {
        HostProcess.Builder other = HostProcess.of(HostApplication.class)
                .with(HostClassPath.WEB, "h2")
                .app()
                .properties("spring.datasource.url=jdbc:h2:mem:business");
        try (HostProcess host = other.start(directories.resolve(name))) {
            assertThat(host.end()).isOne();
            assertThat(host.log())
                    .contains("APPLICATION FAILED TO START")
                    .contains("The DataSource of the inbox is one of H2", "the inbox needs a PostgreSQL")
                    .contains("@InboxDataSource")
                    .doesNotContain("\tat ");
        }
    }

    /** The constraint is violated at the flush of the commit, when the handler has long returned. */
    @Test
    void whatJpaFindsOutAtTheCommitUndoesTheRecordOfTheEventToo() throws Exception {
        HostProcess.Builder persistent = HostProcess.of(PersistentApplication.class)
                .with(HostClassPath.WEB, JPA)
                .app()
                .properties("spring.jpa.hibernate.ddl-auto=create");
        try (HostProcess host = start(persistent, "")) {
            assertThat(host.twins(PAYMENT)).containsExactly("success", "success");
            assertThat(host.twins(PAYMENT.replace("twins", "second"))).containsExactly("success", "success");

            assertThat(all("select purpose from purchase")).containsExactly("rent");
            assertThat(all("select event_id from inbox.processed_events")).containsExactly("default:twins");
            assertThat(all("select event_id from inbox.queued_events")).containsExactly("default:second");
        }
    }

    @Test
    void aHostWithMybatisPlusAndDruidSaysHowManyConnectionsItHas() throws Exception {
        database.jdbc().sql("""
                create table arrivals (events int not null);
                insert into arrivals values (0);
                create table arrivals_seen (id text primary key);
                """).update();
        try (HostProcess host = start(mapped(), "")) {
            assertThat(host.end()).isOne();
            assertThat(host.log()).contains("does not tell how many connections it may have", "Set inbox.connections");
        }
        try (HostProcess host = start(mapped().properties("inbox.connections=20"), "")) {
            countsTwinsOnce(host);
            assertThat(host.log()).contains("Of the 20 connections of the pool");
        }
    }

    private static HostProcess.Builder mapped() {
        return HostProcess.of(MappedApplication.class)
                .with(HostClassPath.WEB, "mybatis-plus-spring-boot4-starter", "druid-spring-boot-4-starter")
                .app()
                .properties("spring.datasource.druid.max-active=20");
    }

    @Test
    void aHostOfAnotherDatabaseAloneStartsWhereTheInboxIsSwitchedOff() throws Exception {
        HostProcess.Builder other = HostProcess.of(ReactiveApplication.class)
                .with(WEBFLUX, "h2")
                .app()
                .properties("spring.datasource.url=jdbc:h2:mem:business", "inbox.enabled=false");
        try (HostProcess host = other.start(directories.resolve(name))) {
            assertThat(status(host.url("/dingtalk/callback"))).isEqualTo(404);
            assertThat(host.log()).doesNotContain("inbox.schema", "reactive application");
        }
    }

    @Test
    void springSecurityAloneGuardsAllOfAHostButTheCallbackUrl() throws Exception {
        HostProcess.Builder secured = HostProcess.of(SecuredApplication.class)
                .with(HostClassPath.WEB, SECURITY)
                .app();
        try (HostProcess host = start(secured, "")) {
            assertThat(host.twins(PAYMENT)).containsExactly("success", "success");
            assertThat(status(host.url("/"))).isEqualTo(401);
            assertThat(status(host.url("/dingtalk/callbacks"))).isEqualTo(401);
            assertThat(status(host.url("/dingtalk"))).isEqualTo(401);
        }
    }

    @Test
    void theCallbackUrlIsOpenBeforeTheChainsOfAHost() throws Exception {
        HostProcess.Builder secured = HostProcess.of(SecuredApplication.class)
                .with(HostClassPath.WEB, SECURITY)
                .app()
                .properties("host.chains=true", "server.servlet.context-path=/oa");
        try (HostProcess host = start(secured, "")) {
            assertThat(host.twins(PAYMENT)).containsExactly("success", "success");
            assertThat(status(host.url("/"))).isEqualTo(401);
            assertThat(status(host.url("/dingtalk/other"))).isEqualTo(401);
        }
    }

    @Test
    void aHostWithoutServletsIsToldThatTheCallbackUrlNeedsThem() throws Exception {
        HostProcess.Builder reactive =
                HostProcess.of(ReactiveApplication.class).with(WEBFLUX).app();
        try (HostProcess host = start(reactive, "")) {
            host.says("The callback URL needs a servlet container");
            assertThat(status(host.url("/dingtalk/callback"))).isEqualTo(404);
        }
    }

    /** Each of them has broken something in some library. */
    @Test
    void aHostMayBeLazyWithoutAutoCommitUnderAPathOfItsOwnAndRestartedByDevtools() throws Exception {
        database.jdbc().sql(HOST_TABLES).update();
        HostProcess.Builder odd = HostProcess.of(HostApplication.class)
                .with(HostClassPath.WEB, "spring-boot-devtools")
                .app()
                .properties(
                        "spring.main.lazy-initialization=true",
                        "spring.datasource.hikari.auto-commit=false",
                        "server.servlet.context-path=/oa");
        try (HostProcess host = start(odd, "?currentSchema=host")) {
            assertThat(host.twins(PAYMENT)).containsExactly("success", "success");
            assertThat(all("select balance::text from host.accounts")).containsExactly("9");
            await().untilAsserted(() -> assertThat(all("select event_type from inbox.handling_times"))
                    .containsExactly("host_payment"));
            host.says("Callback URL of the app default: /oa/dingtalk/callback, on port ");
        }
    }

    @Test
    void aHostMayBeProcessedAheadOfTime() throws Exception {
        database.jdbc().sql(HOST_TABLES).update();
        HostProcess.Builder ahead = HostProcess.of(HostApplication.class)
                .with(HostClassPath.WEB)
                .app()
                .ahead();
        try (HostProcess host = start(ahead, "?currentSchema=host")) {
            assertThat(host.twins(PAYMENT)).containsExactly("success", "success");
            assertThat(all("select balance::text from host.accounts")).containsExactly("9");
            assertThat(host.log()).contains("Starting AOT-processed HostApplication");
        }
    }

    private void countsTwinsOnce(HostProcess host) throws Exception {
        assertThat(host.twins(PAYMENT)).containsExactly("success", "success");
        assertThat(all("select events::text from arrivals")).containsExactly("1");
        assertThat(all("select event_id from inbox.processed_events")).containsExactly("default:twins");
        assertThat(all("select event_id from inbox.duplicate_deliveries")).containsExactly("default:twins");
    }

    private HostProcess start(HostProcess.Builder host, String parameters) throws Exception {
        return host.properties(
                        "spring.datasource.url=" + database.jdbcUrl() + parameters,
                        "spring.datasource.username=" + database.user(),
                        "spring.datasource.password=" + database.password())
                .start(directories.resolve(name));
    }

    private List<String> all(String query) {
        return database.jdbc().sql(query).query(String.class).list();
    }

    private static int status(URI url) throws Exception {
        return HttpClient.newHttpClient()
                .send(HttpRequest.newBuilder(url).build(), BodyHandlers.discarding())
                .statusCode();
    }
}
