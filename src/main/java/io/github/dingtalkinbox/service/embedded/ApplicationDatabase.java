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

/** The inbox's own database and roles, created by the scripts that a DBA runs elsewhere. */
final class ApplicationDatabase {
    private static final String EXISTS = """
            select true from pg_database where datname = :name
            """;

    private static final String SCRIPTS = "dingtalk-inbox/db/roles/";

    private final Logins logins;

    ApplicationDatabase(Logins logins) {
        this.logins = logins;
    }

    /** Creates what is missing: an earlier start may have been killed half-way. */
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
            new TransactionTemplate(new JdbcTransactionManager(superuser)).executeWithoutResult(transaction -> {
                makeRoles(superuser);
                run(superuser, "database.sql");
            });
        }
    }

    private void makeRoles(SingleConnectionDataSource superuser) {
        JdbcClient jdbc = JdbcClient.create(superuser);
        run(superuser, "cluster.sql");
        // Otherwise the server would log a failed statement with its password.
        jdbc.sql("set log_min_error_statement = panic").update();
        for (String role : Logins.ROLES) {
            // The password is hexadecimal.
            jdbc.sql("alter role " + role + " password '" + logins.password(role) + "'")
                    .update();
        }
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
