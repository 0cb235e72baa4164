package io.github.dingtalkinbox.internal.schema;

import java.util.List;
import javax.sql.DataSource;
import org.springframework.jdbc.core.simple.JdbcClient;

/** The {@code pg_settings} view. */
final class PgSettings {
    private static final String FIND = """
            select name,
                   setting,
                   source,
                   quote_ident(current_user)       as current_role,
                   quote_ident(current_database()) as current_database
              from pg_settings
             where name in (:names)
            """;

    private final JdbcClient jdbc;

    PgSettings(DataSource dataSource) {
        this.jdbc = JdbcClient.create(dataSource);
    }

    /** The settings as they are in force in a session of the data source; those that the server does not know are missing. */
    List<Setting> find(List<String> names) {
        return jdbc.sql(FIND)
                .param("names", names)
                .query((row, number) -> new Setting(
                        row.getString("name"),
                        row.getString("setting"),
                        row.getString("source"),
                        row.getString("current_role"),
                        row.getString("current_database")))
                .list();
    }
}
