package io.github.dingtalkinbox.service.embedded;

import java.io.IOException;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.List;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.SingleConnectionDataSource;

/** Somebody who wants to get into an embedded server. */
record Login(String url, String user, String password) {
    static Login application(EmbeddedServer server) {
        return as("inbox_app", server);
    }

    /** As one of the roles, in the database of the inbox. */
    static Login as(String role, EmbeddedServer server) {
        return new Login(server.logins().jdbcUrl("inbox"), role, server.logins().password(role));
    }

    static Login superuser(DataDirectory directory) throws IOException {
        Logins logins = Logins.read(directory);
        return new Login(logins.jdbcUrl("postgres"), "postgres", logins.password("postgres"));
    }

    Login withPassword(String other) {
        return new Login(url, user, other);
    }

    Connection connect() throws SQLException {
        return DriverManager.getConnection(url, user, password);
    }

    void execute(String sql) {
        try (var source = new SingleConnectionDataSource(url, user, password, true)) {
            JdbcClient.create(source).sql(sql).update();
        }
    }

    List<String> query(String sql) {
        try (var source = new SingleConnectionDataSource(url, user, password, true)) {
            return JdbcClient.create(source).sql(sql).query(String.class).list();
        }
    }
}
