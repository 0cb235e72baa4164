package io.github.dingtalkinbox.internal.schema;

import io.github.dingtalkinbox.internal.sql.SqlTimes;
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
                   quote_ident(current_database()) as current_database,
                   clock_timestamp()               as read_at
              from pg_settings
             where name in (:names)
            """;

    // A reload of the server's configuration changes what a session has not set itself. As long as no standby is named,
    // the first two values are the same as "on".
    private static final String PIN = """
            select set_config('client_min_messages', current_setting('client_min_messages'), false),
                   set_config('synchronous_commit',
                              case when current_setting('synchronous_commit') in ('local', 'remote_write') then 'on'
                                   else current_setting('synchronous_commit') end, false)
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
                        row.getString("current_database"),
                        SqlTimes.instant(row, "read_at")))
                .list();
    }

    /**
     * Keeps the session of this transaction as it is with respect to what an answer rests on, whatever the server's
     * configuration becomes. It lasts if the transaction commits.
     */
    void pin() {
        jdbc.sql(PIN).query().singleRow();
    }
}
