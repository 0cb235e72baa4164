package io.github.dingtalkinbox.internal.schema;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.dingtalkinbox.testing.Postgres;
import io.github.dingtalkinbox.testing.Roles;
import io.github.dingtalkinbox.testing.TestDatabase;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.jdbc.core.simple.JdbcClient;

/** What each role is refused, and what it is not, in a database that was made as a DBA makes it. Everything is tried. */
@Postgres
@TestInstance(Lifecycle.PER_CLASS)
class RolesPostgresTest {
    private static final String INSUFFICIENT_PRIVILEGE = "42501";

    /** By table: s(elect), i(nsert), u(pdate), d(elete), t(runcate). Those that are not here yet are made later. */
    private static final Map<String, String> APP = Map.ofEntries(
            Map.entry("processed_events", "si"),
            Map.entry("duplicate_deliveries", "si"),
            Map.entry("accepted_events", "si"),
            Map.entry("failed_attempts", "si"),
            Map.entry("operator_actions", "si"),
            Map.entry("legal_holds", "si"),
            Map.entry("legal_hold_releases", "si"),
            Map.entry("event_seals", "si"),
            Map.entry("approval_seals", "si"),
            Map.entry("handling_times", "si"),
            Map.entry("application", "si"),
            Map.entry("cleanup_runs", "s"),
            Map.entry("inbox_schema_history", "s"),
            Map.entry("queued_events", "siud"),
            Map.entry("ordering_leases", "siud"),
            Map.entry("failed_callback_pages", "siud"),
            Map.entry("identity_windows", "siu"),
            Map.entry("approval_instances", "siu"),
            Map.entry("approval_tasks", "siu"),
            Map.entry("recovery_polls", "siu"),
            Map.entry("cleanup_lock", "siu"));

    private static final Map<String, String> CLEANUP = Map.ofEntries(
            Map.entry("processed_events", "s"),
            Map.entry("duplicate_deliveries", "s"),
            Map.entry("accepted_events", "s"),
            Map.entry("legal_holds", "s"),
            Map.entry("legal_hold_releases", "s"),
            Map.entry("event_seals", "si"),
            Map.entry("handling_times", "s"),
            Map.entry("cleanup_runs", "s"),
            Map.entry("queued_events", "s"),
            Map.entry("identity_windows", "s"),
            Map.entry("failed_callback_pages", "s"),
            Map.entry("cleanup_lock", "siu"));

    private final TestDatabase beside;
    private final TestDatabase owner;
    private final Map<String, String> firstColumns = new TreeMap<>();

    RolesPostgresTest(TestDatabase beside) {
        this.beside = beside;
        this.owner = Roles.newDatabase(beside, "roles");
        owner.jdbc().sql("""
                        select c.relname, a.attname
                          from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attnum = 1
                         where c.relnamespace = 'inbox'::regnamespace and c.relkind = 'r'
                        """).query(row -> {
            firstColumns.put(row.getString(1), row.getString(2));
        });
    }

    @AfterAll
    void drop() {
        Roles.drop(owner, beside);
    }

    @Test
    void everyTableBelongsToTheOwner() {
        assertThat(owner.jdbc()
                        .sql("select distinct tableowner from pg_tables where schemaname = 'inbox'")
                        .query(String.class)
                        .list())
                .containsExactly("inbox_owner");
    }

    @Test
    void serviceAddsToTheLogAndChangesOnlyWhatIsUnderWay() {
        assertThat(allowed("inbox_app")).isEqualTo(existing(APP));
    }

    /** A row that could be dated back would appear in an hour that was removed, or to be removed. */
    @ParameterizedTest
    @CsvSource({
        "processed_events, processed_at",
        "duplicate_deliveries, recorded_at",
        "accepted_events, accepted_at",
        "failed_attempts, failed_at",
        "operator_actions, acted_at",
        "legal_holds, placed_at",
        "legal_hold_releases, released_at",
        "handling_times, handled_at"
    })
    void serviceDoesNotSetTheTimesOfTheDatabase(String table, String column) {
        Roles.runInDatabase(owner); // once more, which changes nothing
        assertThat(owner.jdbc()
                        .sql(
                                "select string_agg(attname, ' ') from pg_attribute where attrelid = cast(:table as regclass)"
                                        + " and attnum > 0 and not has_column_privilege('inbox_app', attrelid, attnum, 'insert')")
                        .param("table", "inbox." + table)
                        .query(String.class)
                        .single())
                .isEqualTo(column);
    }

    @Test
    void cleanupReadsAndRemovesNothingByItself() {
        assertThat(allowed("inbox_cleanup")).isEqualTo(existing(CLEANUP));
    }

    @Test
    void auditorGetsAtNoTable() {
        assertThat(allowed("inbox_auditor")).isEqualTo(existing(Map.of()));
    }

    @Test
    void payloadAuditorReadsTheTablesAndWritesNone() {
        Map<String, String> all = new TreeMap<>();
        firstColumns.keySet().forEach(table -> all.put(table, "s"));
        assertThat(allowed("inbox_payload_auditor")).isEqualTo(all);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '"', textBlock = """
            inbox_app | drop table inbox.processed_events
            inbox_app | alter table inbox.processed_events add column mine text
            inbox_app | alter table inbox.processed_events drop constraint processed_events_event_id_key
            inbox_app | alter table inbox.processed_events disable trigger all
            inbox_app | alter table inbox.processed_events owner to inbox_app
            inbox_app | drop index inbox.processed_events_processed_at_idx
            inbox_app | create index on inbox.processed_events (app)
            inbox_app | create trigger mine before insert on inbox.processed_events for each row execute function suppress_redundant_updates_trigger()
            inbox_app | create rule mine as on insert to inbox.processed_events do instead nothing
            inbox_app | create table mine (id int)
            inbox_app | create table inbox.mine (id int)
            inbox_app | drop schema inbox cascade
            inbox_app | create view mine as select 1
            inbox_app | create temporary table mine (id int)
            inbox_app | create function mine() returns int language sql as 'select 1'
            inbox_app | create schema mine
            inbox_app | comment on table inbox.processed_events is 'mine'
            inbox_app | lock table inbox.processed_events in access exclusive mode
            inbox_app | call inbox.grant_inbox_roles()
            inbox_app | set role inbox_owner
            inbox_app | set role inbox_cleanup
            inbox_app | set session_replication_role = replica
            inbox_app | alter role inbox_app superuser
            inbox_cleanup | drop table inbox.processed_events
            inbox_cleanup | alter table inbox.processed_events disable trigger all
            inbox_cleanup | create table mine (id int)
            inbox_cleanup | create table inbox.mine (id int)
            inbox_cleanup | set role inbox_owner
            inbox_cleanup | call inbox.grant_inbox_roles()
            inbox_auditor | create table mine (id int)
            inbox_auditor | create view mine as select 1
            inbox_auditor | create temporary table mine (id int)
            inbox_auditor | set role inbox_payload_auditor
            inbox_auditor | set role inbox_app
            inbox_payload_auditor | create table mine (id int)
            inbox_payload_auditor | create table inbox.mine (id int)
            inbox_payload_auditor | drop table inbox.processed_events
            inbox_payload_auditor | select * from inbox.processed_events for update
            inbox_payload_auditor | set role inbox_app
            inbox_migrator | create role mine
            inbox_migrator | alter role inbox_migrator superuser
            inbox_migrator | set session_replication_role = replica
            inbox_migrator | alter table inbox.processed_events disable trigger all; drop table pg_authid
            inbox_migrator | copy inbox.processed_events to program 'cat'
            inbox_migrator | select pg_read_file('/etc/passwd')
            inbox_migrator | set role postgres
            """)
    void refused(String role, String statement) {
        // The superuser of the server may have another name.
        String sql = statement.replace("set role postgres", "set role \"" + owner.user() + "\"");
        assertThat(attempt(role, sql)).as(sql).isEqualTo(INSUFFICIENT_PRIVILEGE);
    }

    @Test
    void nobodyElseConnects() {
        String stranger = "stranger_to_" + owner.name();
        beside.jdbc()
                .sql("create role " + stranger + " login password '" + Roles.PASSWORD + "'")
                .update();
        try {
            assertThatThrownBy(() -> connect(stranger).close())
                    .isInstanceOfSatisfying(
                            SQLException.class, e -> assertThat(e.getSQLState()).isEqualTo(INSUFFICIENT_PRIVILEGE));
        } finally {
            beside.jdbc().sql("drop role " + stranger).update();
        }
    }

    @Test
    void noRoleHasARightThatIsNotOfThisDatabase() {
        assertThat(owner.jdbc().sql("""
                                select rolname from pg_roles
                                 where rolname like 'inbox\\_%' and rolname not like 'inbox\\_test%'
                                   and (rolsuper or rolcreatedb or rolcreaterole or rolreplication or rolbypassrls)
                                """).query(String.class).list()).isEmpty();
        assertThat(owner.jdbc().sql("""
                                select roleid::regrole || ' to ' || member::regrole from pg_auth_members
                                 where roleid::regrole::text like 'inbox\\_%' or member::regrole::text like 'inbox\\_%'
                                """).query(String.class).list())
                .as("memberships")
                .containsExactlyInAnyOrder(
                        "inbox_owner to inbox_migrator",
                        "inbox_auditor to inbox_payload_auditor",
                        "pg_read_all_stats to inbox_owner");
    }

    @Test
    void nobodyLogsInAsTheOwner() {
        assertThatThrownBy(() -> DriverManager.getConnection(owner.jdbcUrl(), "inbox_owner", Roles.PASSWORD))
                .isInstanceOfSatisfying(SQLException.class, e -> assertThat(e.getSQLState())
                        .as("no login, or no password")
                        .isIn("28000", "28P01"));
        assertThat(owner.jdbc()
                        .sql("select rolcanlogin from pg_roles where rolname = 'inbox_owner'")
                        .query(Boolean.class)
                        .single())
                .isFalse();
    }

    @Test
    void migratorMakesWhatBelongsToTheOwnerAndTheServiceMayAddToIt() throws SQLException {
        try (TestDatabase migrator = owner.as("inbox_migrator")) {
            migrator.jdbc()
                    .sql("create table of_a_handler (id bigserial primary key, what text)")
                    .update();
        }
        assertThat(owner.jdbc()
                        .sql("select tableowner from pg_tables where tablename = 'of_a_handler'")
                        .query(String.class)
                        .single())
                .isEqualTo("inbox_owner");
        try (Connection app = connect("inbox_app")) {
            assertThat(attempt(app, "insert into of_a_handler (what) values ('added')"))
                    .isNull();
            assertThat(attempt(app, "update of_a_handler set what = 'changed'")).isEqualTo(INSUFFICIENT_PRIVILEGE);
        } finally {
            owner.jdbc().sql("drop table of_a_handler").update();
        }
    }

    /** What later migrations make under these names. */
    @Test
    void viewsAndFunctionsAreForThoseThatTheirNamesSay() {
        try (TestDatabase migrator = owner.as("inbox_migrator")) {
            JdbcClient jdbc = migrator.jdbc();
            for (String statement : List.of(
                    "create view inbox.audit_of_a_test as select app, polls from inbox.recovery_polls",
                    "drop view if exists inbox.audit_payloads",
                    "create view inbox.audit_payloads as select event_id, payload from inbox.processed_events",
                    "create function inbox.cleanup_of_a_test() returns int language sql security definer as 'select 1'",
                    "revoke execute on function inbox.cleanup_of_a_test() from public",
                    "create or replace function inbox.oldest_open_transaction() returns timestamptz"
                            + " language sql security definer as 'select now()'",
                    "revoke execute on function inbox.oldest_open_transaction() from public",
                    "call inbox.grant_inbox_roles()")) {
                jdbc.sql(statement).update();
            }
        }
        assertThat(attempts("select * from inbox.audit_of_a_test"))
                .containsExactlyInAnyOrder("inbox_app", "inbox_cleanup", "inbox_auditor", "inbox_payload_auditor");
        assertThat(attempts("select * from inbox.audit_payloads"))
                .containsExactlyInAnyOrder("inbox_app", "inbox_cleanup", "inbox_payload_auditor");
        assertThat(attempts("insert into inbox.audit_of_a_test values ('x', 1)"))
                .as("writes through a view")
                .isEmpty();
        assertThat(attempts("update inbox.audit_of_a_test set polls = 0")).isEmpty();
        assertThat(attempts("delete from inbox.audit_of_a_test")).isEmpty();
        assertThat(attempts("select inbox.cleanup_of_a_test()")).containsExactly("inbox_cleanup");
        assertThat(attempts("select inbox.oldest_open_transaction()")).containsExactly("inbox_app");
    }

    /** The roles that are not refused. */
    private Set<String> attempts(String sql) {
        Set<String> roles =
                new TreeSet<>(List.of("inbox_app", "inbox_cleanup", "inbox_auditor", "inbox_payload_auditor"));
        roles.removeIf(role -> INSUFFICIENT_PRIVILEGE.equals(attempt(role, sql)));
        return roles;
    }

    private Map<String, String> existing(Map<String, String> privileges) {
        Map<String, String> existing = new TreeMap<>();
        firstColumns.keySet().forEach(table -> existing.put(table, privileges.getOrDefault(table, "")));
        return existing;
    }

    private Map<String, String> allowed(String role) {
        Map<String, String> allowed = new TreeMap<>();
        try (Connection connection = connect(role)) {
            firstColumns.forEach((table, column) -> {
                StringBuilder commands = new StringBuilder();
                for (String statement : List.of(
                        "select * from inbox." + table,
                        "insert into inbox." + table + " default values",
                        "update inbox." + table + " set " + column + " = " + column,
                        "delete from inbox." + table,
                        "truncate inbox." + table)) {
                    if (!INSUFFICIENT_PRIVILEGE.equals(attempt(connection, statement))) {
                        commands.append(statement.charAt(0));
                    }
                }
                allowed.put(table, commands.toString());
            });
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
        return allowed;
    }

    private @Nullable String attempt(String role, String sql) {
        try (Connection connection = connect(role)) {
            return attempt(connection, sql);
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    /** @return the SQLSTATE it fails with, null if it succeeds; it is undone */
    private static @Nullable String attempt(Connection connection, String sql) {
        try {
            connection.setAutoCommit(false);
            try (var statement = connection.createStatement()) {
                statement.execute(sql);
                return null;
            } catch (SQLException e) {
                return e.getSQLState();
            } finally {
                connection.rollback();
            }
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    private Connection connect(String role) throws SQLException {
        return DriverManager.getConnection(owner.jdbcUrl(), role, Roles.PASSWORD);
    }
}
