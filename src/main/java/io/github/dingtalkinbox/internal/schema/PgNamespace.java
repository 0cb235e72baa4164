package io.github.dingtalkinbox.internal.schema;

import javax.sql.DataSource;
import org.springframework.jdbc.core.simple.JdbcClient;

/** The {@code pg_namespace} table. */
final class PgNamespace {
    private static final String CURRENT = """
            select coalesce(quote_ident(current_schema()), '')                       as name,
                   coalesce(has_schema_privilege(current_schema(), 'create'), false) as may_create,
                   current_setting('search_path')                                    as search_path,
                   quote_ident(current_user)                                         as current_role,
                   coalesce(has_table_privilege(to_regclass('processed_events'), 'select')
                            and has_table_privilege(to_regclass('processed_events'), 'insert'), false)
                                                                                     as may_add_events
            """;

    private final JdbcClient jdbc;

    PgNamespace(DataSource dataSource) {
        this.jdbc = JdbcClient.create(dataSource);
    }

    /** The schema in which a session of the data source creates its tables. */
    Current current() {
        return jdbc.sql(CURRENT)
                .query((row, number) -> new Current(
                        row.getString("name"),
                        row.getBoolean("may_create"),
                        row.getString("search_path"),
                        row.getString("current_role"),
                        row.getBoolean("may_add_events")))
                .single();
    }

    /**
     * A schema; names are quoted where SQL wants it.
     *
     * @param name empty if no schema of the search path exists
     * @param mayAddEvents whether {@code processed_events} is there, and the role may read it and add to it
     */
    record Current(String name, boolean mayCreate, String searchPath, String role, boolean mayAddEvents) {
        boolean exists() {
            return !name.isEmpty();
        }
    }
}
