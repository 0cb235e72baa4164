package io.github.dingtalkinbox.service.embedded;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import org.springframework.core.io.ClassPathResource;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.SingleConnectionDataSource;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * The {@code pg_database} table. The inbox's own database, and its roles: made by the scripts that a DBA runs elsewhere.
 */
final class ApplicationDatabase {
    private static final String EXISTS = """
            select true from pg_database where datname = :name
            """;

    /** The only role of earlier versions: it owned the database, and the service ran as this. */
    private static final String HAS_EARLIER_OWNER = """
            select true
              from pg_roles
             where rolname = 'inbox' and not exists (select from pg_roles where rolname = 'inbox_owner')
            """;

    /** What handlers used as the owner, they go on using. What is the inbox's own is narrowed by its migrations. */
    private static final String GRANT_WHAT_HANDLERS_HAD = """
            do $$
            declare
              found record;
            begin
              for found in
                select oid::regclass as name, relnamespace::regnamespace as schema, relkind
                  from pg_class
                 where relowner = 'inbox_owner'::regrole and relkind in ('r', 'p', 'v', 'm', 'f', 'S')
              loop
                execute format('grant usage on schema %s to inbox_app', found.schema);
                if found.relkind = 'S' then
                  execute format('grant usage on sequence %s to inbox_app', found.name);
                else
                  execute format('grant select, insert, update, delete on table %s to inbox_app', found.name);
                end if;
              end loop;
            end
            $$
            """;

    private static final String SCRIPTS = "dingtalk-inbox/db/roles/";

    private final Logins logins;

    ApplicationDatabase(Logins logins) {
        this.logins = logins;
    }

    /** Makes what is missing: an earlier start may have been killed half-way, or it was an earlier version's. */
    void create() {
        try (SingleConnectionDataSource superuser = superuser("postgres")) {
            JdbcClient jdbc = JdbcClient.create(superuser);
            if (jdbc.sql(EXISTS)
                    .param("name", Logins.DATABASE)
                    .query(Boolean.class)
                    .optional()
                    .isEmpty()) {
                makeRoles(superuser);
                jdbc.sql("create database " + Logins.DATABASE + " owner inbox_owner")
                        .update();
            }
        }
        try (SingleConnectionDataSource superuser = superuser(Logins.DATABASE)) {
            // All or nothing: half taken over, it would belong to nobody.
            new TransactionTemplate(new JdbcTransactionManager(superuser)).executeWithoutResult(transaction -> {
                if (makeRoles(superuser)) {
                    new JdbcTemplate(superuser).execute(GRANT_WHAT_HANDLERS_HAD);
                }
                run(superuser, "database.sql");
            });
        }
    }

    /** @return whether the owner is that of an earlier version, who had everything to himself */
    private boolean makeRoles(SingleConnectionDataSource superuser) {
        JdbcClient jdbc = JdbcClient.create(superuser);
        boolean earlier =
                jdbc.sql(HAS_EARLIER_OWNER).query(Boolean.class).optional().isPresent();
        if (earlier) {
            // With all that is his.
            jdbc.sql("alter role inbox rename to inbox_owner").update();
            jdbc.sql("alter role inbox_owner password null").update();
        }
        run(superuser, "cluster.sql");
        // A statement that fails would stand in the server's log, with the password.
        jdbc.sql("set log_min_error_statement = panic").update();
        for (String role : Logins.ROLES) {
            // The password is hexadecimal.
            jdbc.sql("alter role " + role + " password '" + logins.password(role) + "'")
                    .update();
        }
        return earlier;
    }

    private SingleConnectionDataSource superuser(String database) {
        return new SingleConnectionDataSource(
                logins.jdbcUrl(database), Logins.SUPERUSER, logins.password(Logins.SUPERUSER), true);
    }

    private static void run(SingleConnectionDataSource superuser, String script) {
        try {
            String sql = new ClassPathResource(SCRIPTS + script).getContentAsString(StandardCharsets.UTF_8);
            new JdbcTemplate(superuser).execute(sql);
        } catch (IOException e) {
            throw new UncheckedIOException("The jar lacks " + SCRIPTS + script, e);
        }
    }
}
