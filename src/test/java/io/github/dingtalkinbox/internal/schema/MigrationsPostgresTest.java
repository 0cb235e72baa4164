package io.github.dingtalkinbox.internal.schema;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.dingtalkinbox.testing.Postgres;
import io.github.dingtalkinbox.testing.TestDatabase;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.simple.JdbcClient;

/** What a DBA may expect of every table and view. */
@Postgres
class MigrationsPostgresTest {
    private static final String OURS =
            " n.nspname = 'inbox' and c.relkind = 'r' and c.relname <> 'inbox_schema_history' ";

    private static final String VIEWS = " n.nspname = 'inbox' and c.relkind = 'v' ";

    private final JdbcClient jdbc;

    MigrationsPostgresTest(TestDatabase database) {
        this.jdbc = database.jdbc();
    }

    @Test
    void thereAreTables() {
        assertThat(names("select c.relname from pg_class c join pg_namespace n on n.oid = c.relnamespace where" + OURS))
                .contains("processed_events", "duplicate_deliveries", "identity_windows", "approval_instances");
    }

    @Test
    void everyTableAndColumnHasAComment() {
        assertThat(names("select obj_description('inbox.inbox_schema_history'::regclass, 'pg_class')"))
                .singleElement()
                .asString()
                .contains("Flyway");
        assertThat(names("select c.relname from pg_class c join pg_namespace n on n.oid = c.relnamespace where" + OURS
                        + "and obj_description(c.oid, 'pg_class') is null"))
                .as("tables without a comment")
                .isEmpty();
        assertThat(names(
                        "select c.relname || '.' || a.attname from pg_attribute a join pg_class c on c.oid = a.attrelid"
                                + " join pg_namespace n on n.oid = c.relnamespace where" + OURS
                                + "and a.attnum > 0 and not a.attisdropped and a.attname <> 'event_type'"
                                + " and col_description(c.oid, a.attnum) is null"))
                .as("columns without a comment")
                .isEmpty();
    }

    @Test
    void everyViewAndColumnOfItHasAComment() {
        assertThat(names(
                        "select c.relname from pg_class c join pg_namespace n on n.oid = c.relnamespace where" + VIEWS))
                .contains("audit_events", "audit_duplicates", "audit_conflicts", "audit_daily", "audit_approvals")
                .allMatch(view -> view.startsWith("audit_"));
        assertThat(names("select c.relname from pg_class c join pg_namespace n on n.oid = c.relnamespace where" + VIEWS
                        + "and obj_description(c.oid, 'pg_class') is null"))
                .as("views without a comment")
                .isEmpty();
        assertThat(
                        names(
                                "select c.relname || '.' || a.attname from pg_attribute a join pg_class c on c.oid = a.attrelid"
                                        + " join pg_namespace n on n.oid = c.relnamespace where" + VIEWS
                                        + "and a.attnum > 0 and not a.attisdropped and col_description(c.oid, a.attnum) is null"))
                .as("columns of views without a comment")
                .isEmpty();
    }

    @Test
    void everyConstraintIsNamedAfterItsTable() {
        assertThat(names("select k.conname from pg_constraint k join pg_class c on c.oid = k.conrelid"
                        + " join pg_namespace n on n.oid = c.relnamespace where" + OURS
                        + "and k.conname not like c.relname || '\\_%'"))
                .isEmpty();
        assertThat(names("select k.conname from pg_constraint k join pg_class c on c.oid = k.conrelid"
                        + " join pg_namespace n on n.oid = c.relnamespace where" + OURS
                        + "and k.contype = 'c' and k.conname ~ '_check[0-9]*$'"))
                .as("checks that PostgreSQL had to name")
                .isEmpty();
    }

    /** Otherwise nodes in different ones would disagree. */
    @Test
    void everyTimeHasAZone() {
        assertThat(
                        names(
                                "select c.relname || '.' || a.attname from pg_attribute a join pg_class c on c.oid = a.attrelid"
                                        + " join pg_namespace n on n.oid = c.relnamespace where" + OURS
                                        + "and a.attnum > 0 and a.atttypid in ('timestamp'::regtype, 'date'::regtype, 'time'::regtype)"))
                .isEmpty();
    }

    @Test
    void theUniqueConstraintsThatDecideAreThere() {
        assertThat(names("select conname from pg_constraint where conrelid = 'inbox.processed_events'::regclass"
                        + " and contype = 'u'"))
                .containsExactlyInAnyOrder("processed_events_event_id_key", "processed_events_natural_key_key");
    }

    /** Else nobody could replicate its updates and deletes logically: PostgreSQL refuses them on the publisher. */
    @Test
    void everyTableHasAReplicaIdentity() {
        assertThat(names("select c.relname from pg_class c join pg_namespace n on n.oid = c.relnamespace where" + OURS
                        + "and c.relreplident not in ('i', 'f') and not exists (select from pg_index i"
                        + " where i.indrelid = c.oid and i.indisprimary)"))
                .isEmpty();
    }

    /** On Citus, tables are spread by it: what is unique must have it. A null would switch a unique constraint off. */
    @Test
    void theKeysOfTheQueueBeginWithTheOrganisation() {
        assertThat(names("select i.indrelid::regclass::text from pg_index i join pg_attribute a"
                        + " on a.attrelid = i.indrelid and a.attnum = i.indkey[0]"
                        + " where i.indisprimary and a.attname = 'corp_id'"))
                .containsExactlyInAnyOrder("inbox.identity_windows", "inbox.ordering_leases");
        assertThat(names("select c.relname from pg_attribute a join pg_class c on c.oid = a.attrelid"
                        + " join pg_namespace n on n.oid = c.relnamespace where" + OURS
                        + "and a.attname = 'corp_id' and not a.attnotnull"))
                .as("tables whose corp_id may be null: a hold may be on any organisation")
                .containsExactly("legal_holds");
    }

    private List<String> names(String sql) {
        return jdbc.sql(sql).query(String.class).list();
    }
}
