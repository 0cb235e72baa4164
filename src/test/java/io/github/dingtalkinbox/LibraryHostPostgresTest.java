package io.github.dingtalkinbox;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.example.host.HostApplication;
import io.github.dingtalkinbox.service.Application;
import io.github.dingtalkinbox.testing.CallbackClient;
import io.github.dingtalkinbox.testing.Postgres;
import io.github.dingtalkinbox.testing.Service;
import io.github.dingtalkinbox.testing.TestDatabase;
import java.net.URI;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.ApplicationRunner;
import org.springframework.boot.SpringApplication;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.core.io.ClassPathResource;
import org.springframework.core.io.support.PropertiesLoaderUtils;
import org.springframework.jdbc.core.simple.JdbcClient;

/** The library in an application of somebody else's, whose schema has tables already. */
@Postgres
@TestInstance(Lifecycle.PER_CLASS)
class LibraryHostPostgresTest {
    private static final String HOST_TABLES = """
            create schema host;
            create table host.flyway_schema_history (installed_rank int primary key, version text);
            insert into host.flyway_schema_history values (1, '1'), (2, '7');
            create table host.bookings (purpose text not null);
            create table host.accounts (balance int not null check (balance >= 0));
            create table host.shedlock (name text primary key);
            create table host.approval_tasks (id bigint primary key);
            insert into host.accounts values (0);
            """;

    private final JdbcClient jdbc;
    private final ConfigurableApplicationContext host;
    private final CallbackClient client;
    private final Path dataDirectory;

    LibraryHostPostgresTest(TestDatabase database, @TempDir Path dataDirectory) {
        this.jdbc = database.jdbc();
        this.dataDirectory = dataDirectory;
        jdbc.sql(HOST_TABLES).update();
        this.host = SpringApplication.run(
                HostApplication.class,
                "--server.port=0",
                "--spring.datasource.url=" + database.jdbcUrl() + "?currentSchema=host",
                "--spring.datasource.username=" + database.user(),
                "--spring.datasource.password=" + database.password(),
                "--inbox.data-dir=" + dataDirectory,
                // Then a bean of the library's would silently replace one of the host's of the same name.
                "--spring.main.allow-bean-definition-overriding=true",
                // That an event is processed before its answer must not depend on how busy the machine is.
                "--inbox.deadline=20s",
                "--inbox.queue.initial-backoff=100ms",
                "--inbox.apps.default.token=" + Service.CREDENTIALS.token(),
                "--inbox.apps.default.aes-key=" + Service.CREDENTIALS.aesKey(),
                "--inbox.apps.default.owner-key=" + Service.CREDENTIALS.ownerKey());
        String port = host.getEnvironment().getRequiredProperty("local.server.port");
        this.client =
                new CallbackClient(URI.create("http://localhost:" + port + "/dingtalk/callback"), Service.CREDENTIALS);
    }

    @AfterAll
    void stop() {
        host.close();
    }

    @BeforeEach
    void fillTheAccount() {
        jdbc.sql("update host.accounts set balance = 10").update();
    }

    @Test
    void twinsAtTheCallbackUrlTakeEffectOnce() throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(2);
        try {
            Callable<String> delivery =
                    () -> client.deliver(payment("twins", "callback")).decrypted();
            for (Future<String> answer : threads.invokeAll(List.of(delivery, delivery))) {
                assertThat(answer.get()).isEqualTo("success");
            }
        } finally {
            threads.shutdownNow();
        }

        assertThat(bookings("callback")).isOne();
        assertThat(balance()).isEqualTo(9);
        assertThat(rows("inbox.processed_events", "default:twins")).isOne();
        assertThat(rows("inbox.duplicate_deliveries", "default:twins")).isOne();
    }

    @Test
    void twinsAtTheInjectedReceiverTakeEffectOnce() throws Exception {
        Receiver receiver = host.getBean(Receiver.class);
        Event event = read(payment("received", "receiver"));

        assertThat(receiver.receive(List.of(event))).hasExactlyElementsOfTypes(Outcome.Processed.class);
        assertThat(receiver.receive(List.of(event))).hasExactlyElementsOfTypes(Outcome.Duplicate.class);

        assertThat(bookings("receiver")).isOne();
        assertThat(balance()).isEqualTo(9);
    }

    @Test
    void whatTheHostsTransactionalServiceWroteIsUndoneWhenTheHandlerFails() throws Exception {
        Receiver receiver = host.getBean(Receiver.class);
        Event event = read(payment("failing", "too dear"));
        jdbc.sql("update host.accounts set balance = 0").update();

        assertThat(receiver.receive(List.of(event))).containsExactly(new Outcome.Queued("default:failing"));
        assertThat(bookings("too dear")).isZero();
        assertThat(rows("inbox.processed_events", "default:failing")).isZero();

        fillTheAccount();
        assertThat(client.deliver(payment("failing", "too dear")).decrypted()).isEqualTo("success");
        await().untilAsserted(() -> assertThat(bookings("too dear")).isOne());
        assertThat(rows("inbox.processed_events", "default:failing")).isOne();
    }

    @Test
    void itsStartIsItsOwnAffair() {
        assertThat(host.getBeanNamesForType(ApplicationRunner.class)).isEmpty();
    }

    @Test
    void theTablesStandBesideTheHostsWithAHistoryOfTheirOwn() {
        assertThat(tables("inbox"))
                .contains(
                        "processed_events",
                        "duplicate_deliveries",
                        "identity_windows",
                        "approval_instances",
                        "inbox_schema_history");
        assertThat(tables("host"))
                .containsExactlyInAnyOrder(
                        "flyway_schema_history", "bookings", "accounts", "shedlock", "approval_tasks");
        assertThat(jdbc.sql("select version from host.flyway_schema_history order by installed_rank")
                        .query(String.class)
                        .list())
                .containsExactly("1", "7");
    }

    @Test
    void theSearchPathOfTheHostStaysAsItIs() {
        assertThat(JdbcClient.create(host.getBean(DataSource.class))
                        .sql("show search_path")
                        .query(String.class)
                        .single())
                .isEqualTo("host");
    }

    @Test
    void nothingOfTheServiceComesWithTheLibrary() throws Exception {
        var environment = host.getEnvironment();
        var service = PropertiesLoaderUtils.loadProperties(
                new ClassPathResource("dingtalk-inbox/service/service.properties"));

        assertThat(service).isNotEmpty();
        assertThat(service.stringPropertyNames()).noneMatch(environment::containsProperty);
        assertThat(host.getBeanDefinitionNames())
                .extracting(name -> String.valueOf(host.getType(name)))
                .isNotEmpty()
                .noneMatch(type -> type.contains(Application.class.getPackageName()));
        assertThat(dataDirectory).isEmptyDirectory();
    }

    private Event read(String json) {
        var delivery = new Delivery(Transport.POLL, Instant.parse("2026-11-24T00:00:00Z"), null);
        return host.getBean(Events.class)
                .read("default", json.getBytes(UTF_8), delivery)
                .get(0);
    }

    private static String payment(String id, String purpose) {
        return """
                {"EventType":"host_payment","corpId":"dinghost","eventId":"%s","purpose":"%s"}""".formatted(id, purpose);
    }

    private long bookings(String purpose) {
        return jdbc.sql("select count(*) from host.bookings where purpose = ?")
                .param(purpose)
                .query(Long.class)
                .single();
    }

    private int balance() {
        return jdbc.sql("select balance from host.accounts")
                .query(Integer.class)
                .single();
    }

    private List<String> tables(String schema) {
        return jdbc.sql("select table_name from information_schema.tables where table_schema = ?")
                .param(schema)
                .query(String.class)
                .list();
    }

    private long rows(String table, String eventId) {
        return jdbc.sql("select count(*) from " + table + " where event_id = ?")
                .param(eventId)
                .query(Long.class)
                .single();
    }
}
