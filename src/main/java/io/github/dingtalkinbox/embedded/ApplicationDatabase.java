package io.github.dingtalkinbox.embedded;

import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.SingleConnectionDataSource;

/** The {@code pg_database} table. The application's own database, and the role that owns it and nothing else. */
final class ApplicationDatabase {
    private static final String EXISTS = """
            select true from pg_database where datname = :name
            """;
    private static final String ROLE_EXISTS = """
            select true from pg_roles where rolname = :name
            """;

    private final Logins logins;

    ApplicationDatabase(Logins logins) {
        this.logins = logins;
    }

    /** Makes what is missing: an earlier start may have been killed half-way. */
    void create() {
        try (var superuser = new SingleConnectionDataSource(
                logins.jdbcUrl("postgres"), Logins.SUPERUSER, logins.superuserPassword(), true)) {
            JdbcClient jdbc = JdbcClient.create(superuser);
            if (isMissing(jdbc, ROLE_EXISTS)) {
                // A statement that fails would stand in the server's log, with the password.
                jdbc.sql("set log_min_error_statement = panic").update();
                // The password is hexadecimal.
                jdbc.sql("create role " + Logins.APPLICATION + " login password '" + logins.applicationPassword() + "'")
                        .update();
            }
            if (isMissing(jdbc, EXISTS)) {
                jdbc.sql("create database " + Logins.APPLICATION + " owner " + Logins.APPLICATION)
                        .update();
            }
        }
    }

    private static boolean isMissing(JdbcClient jdbc, String query) {
        return jdbc.sql(query)
                .param("name", Logins.APPLICATION)
                .query(Boolean.class)
                .optional()
                .isEmpty();
    }
}
