package io.github.dingtalkinbox.internal.schema;

import static org.assertj.core.api.Assertions.assertThat;

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
    /** Everything that says who owns what and who may do what, in a schema. */
    private static final String PRIVILEGES = """
            select relname || ' ' || pg_get_userbyid(relowner) || ' ' || a.grantor::regrole || ' ' || a.grantee::regrole || ' '
                   || a.privilege_type || ' ' || a.is_grantable
              from pg_class c
              left join lateral aclexplode(coalesce(relacl, acldefault('r', relowner))) a on true
             where relnamespace = current_schema()::regnamespace and relkind in ('r', 'v', 'm', 'p', 'S')
            union all
            select attname || ' of ' || attrelid::regclass || ' ' || attacl::text
              from pg_attribute join pg_class c on c.oid = attrelid
             where relnamespace = current_schema()::regnamespace and attacl is not null
            union all
            select proname || ' ' || pg_get_userbyid(proowner) || ' ' || a.grantor::regrole || ' ' || a.grantee::regrole || ' '
                   || a.privilege_type
              from pg_proc
              left join lateral aclexplode(coalesce(proacl, acldefault('f', proowner))) a on true
             where pronamespace = current_schema()::regnamespace
            union all
            select 'schema ' || a.grantor::regrole || ' ' || a.grantee::regrole || ' ' || a.privilege_type
              from pg_namespace
              left join lateral aclexplode(coalesce(nspacl, acldefault('n', nspowner))) a on true
             where oid = current_schema()::regnamespace
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
                            "processed_events inbox_owner inbox_owner inbox_app INSERT false",
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
                    .table("inbox_schema_history")
                    .target("9")
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
                                 where relnamespace = 'public'::regnamespace and relowner <> 'inbox_owner'::regrole
                                union all
                                select proname from pg_proc
                                 where pronamespace = 'public'::regnamespace and proowner <> 'inbox_owner'::regrole
                                """).query(String.class).list())
                .as("everything else has changed its owner")
                .containsExactly("of_the_host");
    }

    @Test
    void anotherSchemaThanPublicWillDo() {
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
            try (TestDatabase app = database.as("inbox_app")) {
                assertThat(app.jdbc()
                                .sql(
                                        "insert into ordering_leases (ordering_key, corp_id, lease_token, holder, leased_until)"
                                                + " values ('a', '', gen_random_uuid(), 'test', now())"
                                                + " returning tableoid::regclass || ' in ' || current_schema()")
                                .query(String.class)
                                .single())
                        .isEqualTo("ordering_leases in Ding Talk");
            }
            assertThat(database.jdbc()
                            .sql(
                                    "select distinct schemaname || ' ' || tableowner from pg_tables where tablename like '%events'")
                            .query(String.class)
                            .list())
                    .containsExactly("Ding Talk inbox_owner");
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
