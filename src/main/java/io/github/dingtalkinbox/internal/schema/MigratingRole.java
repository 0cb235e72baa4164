package io.github.dingtalkinbox.internal.schema;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Properties;
import java.util.regex.Pattern;
import javax.sql.DataSource;
import org.springframework.jdbc.datasource.DriverManagerDataSource;
import org.springframework.jdbc.support.JdbcUtils;
import org.springframework.jdbc.support.MetaDataAccessException;

/** Connections to the service's database as the role that migrates: new ones, which no pool keeps. */
final class MigratingRole {
    private static final String CONNECT_SECONDS = "5";
    /** What the URL says outranks the properties. */
    private static final Pattern LOGIN_IN_URL = Pattern.compile("(?<=[?&])(user|password)=[^&]*&?");

    private MigratingRole() {}

    /**
     * Finds out whether the role can log in.
     *
     * @param service whose database it is
     * @throws UnsuitableDatabase if it cannot
     */
    static DataSource connect(DataSource service, String username, SchemaProperties properties) {
        Properties login = new Properties();
        login.setProperty("user", username);
        if (properties.password() != null) {
            login.setProperty("password", properties.password());
        }
        login.setProperty("ApplicationName", "dingtalk-inbox migration");
        login.setProperty("connectTimeout", CONNECT_SECONDS);
        DataSource role =
                new DriverManagerDataSource(LOGIN_IN_URL.matcher(url(service)).replaceAll(""), login);
        try (Connection connection = role.getConnection()) {
            connection.getMetaData();
            return role;
        } catch (SQLException e) {
            UnsuitableDatabase failure = new UnsuitableDatabase(
                    "The role " + username + ", which is to bring the tables of the inbox up to date, cannot log in: "
                            + e.getMessage(),
                    List.of("Check inbox.schema.username and .password, and that the server lets the role in from this"
                            + " machine. The role is made by db/roles/cluster.sql; its password is set by hand."));
            failure.initCause(e);
            throw failure;
        }
    }

    private static String url(DataSource service) {
        try {
            return JdbcUtils.extractDatabaseMetaData(service, metaData -> metaData.getURL());
        } catch (MetaDataAccessException e) {
            throw new IllegalStateException("The connection does not say where its database is", e);
        }
    }
}
