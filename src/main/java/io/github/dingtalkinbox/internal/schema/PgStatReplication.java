package io.github.dingtalkinbox.internal.schema;

import javax.sql.DataSource;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.core.simple.JdbcClient;

/** The {@code pg_stat_replication} view. */
final class PgStatReplication {
    private static final int SECONDS = 1;

    /**
     * Without pg_monitor, a role cannot see which of them are synchronous, but it sees how many there are, and their names.
     * Logical replication always has a slot. The names below are those of programs that copy the log and are never promoted.
     */
    private static final String COUNT_ASYNCHRONOUS = """
            select count(*)
              from pg_stat_replication r
             where trim(current_setting('synchronous_standby_names')) = ''
               and r.application_name not in ('pg_basebackup', 'pg_receivewal', 'barman_receive_wal')
               and not exists (select from pg_replication_slots s
                                where s.active_pid = r.pid and s.slot_type = 'logical')
            """;

    private final JdbcClient jdbc;

    PgStatReplication(DataSource dataSource) {
        JdbcTemplate template = new JdbcTemplate(dataSource);
        template.setQueryTimeout(SECONDS); // what is only looked at must not hold a connection for long
        this.jdbc = JdbcClient.create(template);
    }

    /** The number of standbys; 0 if commits wait for one. */
    int countAsynchronous() {
        return jdbc.sql(COUNT_ASYNCHRONOUS).query(Integer.class).single();
    }
}
