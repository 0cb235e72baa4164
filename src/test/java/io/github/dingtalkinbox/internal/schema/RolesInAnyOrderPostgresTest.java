package io.github.dingtalkinbox.internal.schema;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.dingtalkinbox.testing.RestartableServer;
import io.github.dingtalkinbox.testing.Roles;
import io.github.dingtalkinbox.testing.TestDatabase;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.io.TempDir;

/** Whatever comes first, roles or tables, it ends the same. On a server of its own: the roles must not exist before. */
@TestInstance(Lifecycle.PER_CLASS)
class RolesInAnyOrderPostgresTest {
    /** Everything that says who owns what and who may do what, in the schema of the inbox and in that of its handlers. */
    private static final String PRIVILEGES = """
            select relname || ' ' || pg_get_userbyid(relowner) || ' ' || a.grantor::regrole || ' ' || a.grantee::regrole || ' '
                   || a.privilege_type || ' ' || a.is_grantable
              from pg_class c
              left join lateral aclexplode(coalesce(relacl, acldefault('r', relowner))) a on true
             where relnamespace in ('inbox'::regnamespace, 'public'::regnamespace) and relkind in ('r', 'v', 'm', 'p', 'S')
            union all
            select attname || ' of ' || attrelid::regclass || ' ' || attacl::text
              from pg_attribute join pg_class c on c.oid = attrelid
             where relnamespace in ('inbox'::regnamespace, 'public'::regnamespace) and attacl is not null
            union all
            select proname || ' ' || pg_get_userbyid(proowner) || ' ' || a.grantor::regrole || ' ' || a.grantee::regrole || ' '
                   || a.privilege_type
              from pg_proc
              left join lateral aclexplode(coalesce(proacl, acldefault('f', proowner))) a on true
             where pronamespace in ('inbox'::regnamespace, 'public'::regnamespace)
            union all
            select 'schema ' || nspname || ' ' || a.grantor::regrole || ' ' || a.grantee::regrole || ' ' || a.privilege_type
              from pg_namespace
              left join lateral aclexplode(coalesce(nspacl, acldefault('n', nspowner))) a on true
             where oid in ('inbox'::regnamespace, 'public'::regnamespace)
            union all
            select 'database ' || a.grantor::regrole || ' ' || a.grantee::regrole || ' ' || a.privilege_type
              from pg_database
              left join lateral aclexplode(coalesce(datacl, acldefault('d', datdba))) a on true
             where datname = current_database()
            union all
            select 'by default ' || pg_get_userbyid(defaclrole) || ' ' || defaclobjtype::text || ' ' || a.grantee::regrole || ' '
                   || a.privilege_type
              from pg_default_acl
              left join lateral aclexplode(defaclacl) a on true
             order by 1
            """;

    private final RestartableServer server;
    private final TestDatabase superuser;
    private final TestDatabase tablesFirst;

    RolesInAnyOrderPostgresTest(@TempDir Path directory) throws Exception {
        server = RestartableServer.start(directory);
        superuser = server.emptyDatabase();
        superuser.jdbc().sql("create role earlier login").update();
        superuser.jdbc().sql("create database tables_first owner earlier").update();
        tablesFirst = superuser.neighbour("tables_first");
        try (TestDatabase earlier = superuser.neighbour("tables_first", "earlier")) {
            new Schema(earlier.dataSource()).migrate();
            earlier.jdbc().sql("create table of_the_host ()").update();
        }
        Roles.make(tablesFirst);
    }

    @AfterAll
    void stop() throws Exception {
        tablesFirst.close();
        superuser.close();
        server.close();
    }

    @Test
    void rolesFirstOrTablesFirst() {
        superuser.jdbc().sql("create database roles_first owner earlier").update();
        try (TestDatabase rolesFirst = superuser.neighbour("roles_first")) {
            Roles.make(rolesFirst);
            migrate(rolesFirst);
            rolesFirst.jdbc().sql("create table of_the_host ()").update();
            rolesFirst.jdbc().sql("alter table of_the_host owner to earlier").update();

            assertThat(privileges(rolesFirst))
                    .hasSizeGreaterThan(100)
                    .contains(
                            "database earlier inbox_app CONNECT",
                            "event_id of inbox.processed_events {inbox_app=a/inbox_owner}",
                            "inbox_schema_history inbox_owner inbox_owner inbox_app SELECT false")
                    .isEqualTo(privileges(tablesFirst));
        }
    }

    @Test
    void halfOfTheMigrationsFirst() {
        superuser.jdbc().sql("create database half_first owner earlier").update();
        try (TestDatabase earlier = superuser.neighbour("half_first", "earlier");
                TestDatabase half = superuser.neighbour("half_first")) {
            org.flywaydb.core.Flyway.configure()
                    .dataSource(earlier.dataSource())
                    .locations("classpath:dingtalk-inbox/db/migration")
                    .schemas("inbox")
                    .table("inbox_schema_history")
                    .target("4")
                    .load()
                    .migrate();
            earlier.jdbc().sql("create table of_the_host ()").update();
            Roles.make(half);
            migrate(half);

            assertThat(privileges(half)).isEqualTo(privileges(tablesFirst));
        }
    }

    @Test
    void runAgainTheyChangeNothing() {
        List<String> before = privileges(tablesFirst);
        Roles.make(tablesFirst);
        assertThat(privileges(tablesFirst)).isEqualTo(before);
    }

    @Test
    void nothingOfAHostIsTouched() {
        assertThat(privileges(tablesFirst))
                .filteredOn(line -> line.startsWith("of_the_host"))
                .isNotEmpty()
                .allMatch(line -> line.startsWith("of_the_host earlier earlier earlier "));
        assertThat(tablesFirst.jdbc().sql("""
                                select relname from pg_class
                                 where relnamespace = 'inbox'::regnamespace and relowner <> 'inbox_owner'::regrole
                                union all
                                select proname from pg_proc
                                 where pronamespace = 'inbox'::regnamespace and proowner <> 'inbox_owner'::regrole
                                union all
                                select nspname from pg_namespace
                                 where nspname = 'inbox' and nspowner <> 'inbox_owner'::regrole
                                """).query(String.class).list())
                .as("what has not changed its owner")
                .isEmpty();
    }

    @Test
    void handlersMayHaveAnotherSchemaThanPublic() {
        superuser.jdbc().sql("create database elsewhere").update();
        try (TestDatabase database = superuser.neighbour("elsewhere")) {
            database.jdbc().sql("create schema \"Ding Talk\"").update();
            database.jdbc()
                    .sql("alter database elsewhere set search_path = \"Ding Talk\"")
                    .update();
        }
        try (TestDatabase database = superuser.neighbour("elsewhere")) {
            Roles.make(database);
            database.jdbc().sql("alter database elsewhere reset search_path").update();
            migrate(database);
            try (TestDatabase migrator = database.as("inbox_migrator")) {
                migrator.jdbc().sql("create table of_a_handler (what text)").update();
            }
            try (TestDatabase app = database.as("inbox_app")) {
                assertThat(app.jdbc()
                                .sql("insert into of_a_handler values ('a')"
                                        + " returning tableoid::regclass || ' in ' || current_schema()")
                                .query(String.class)
                                .single())
                        .isEqualTo("of_a_handler in Ding Talk");
            }
            assertThat(database.jdbc()
                            .sql(
                                    "select distinct schemaname || ' ' || tableowner from pg_tables where tablename like '%events'")
                            .query(String.class)
                            .list())
                    .containsExactly("inbox inbox_owner");
        }
    }

    @Test
    void theSchemaOfTheInboxIsNoneForHandlers() {
        superuser.jdbc().sql("create database inside").update();
        try (TestDatabase database = superuser.neighbour("inside")) {
            database.jdbc().sql("create schema inbox").update();
            database.jdbc().sql("alter database inside set search_path = inbox").update();
        }
        try (TestDatabase database = superuser.neighbour("inside")) {
            assertThatThrownBy(() -> Roles.make(database))
                    .hasMessageContaining("The search path (inbox) has no schema for the tables of handlers");
        }
    }

    private static void migrate(TestDatabase database) {
        try (TestDatabase migrator = database.as("inbox_migrator")) {
            new Schema(migrator.dataSource()).migrate();
        }
    }

    private static List<String> privileges(TestDatabase database) {
        return database.jdbc().sql(PRIVILEGES).query(String.class).list();
    }
}
