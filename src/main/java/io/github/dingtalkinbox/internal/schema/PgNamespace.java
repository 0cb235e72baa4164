package io.github.dingtalkinbox.internal.schema;

import javax.sql.DataSource;
import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/** The {@code pg_namespace} table, and in it the schema of the inbox. */
final class PgNamespace {
    /** By name in the catalog: what a role may not use is not found by to_regclass, which fails instead. */
    private static final String FIND = """
            select n.oid is not null                                                  as is_there,
                   has_database_privilege(current_database(), 'create')               as may_make,
                   coalesce(has_schema_privilege(n.oid, 'create'), false)             as may_create,
                   coalesce((select bool_and(has_table_privilege(t.oid, 'select') and has_schema_privilege(n.oid, 'usage')
                                             and (t.relname = 'application' or has_any_column_privilege(t.oid, 'insert')))
                               from pg_class t
                              where t.relnamespace = n.oid and t.relname in ('processed_events', 'application')), false)
                                                                                      as may_use,
                   coalesce((select string_agg(quote_ident(t.relname), ', ' order by t.relname)
                               from pg_class t
                              where t.relnamespace = n.oid and t.relkind in ('r', 'p', 'f', 'v', 'm', 'S')
                             having not bool_or(t.relname = 'inbox_schema_history')), '')
                                                                                      as strangers,
                   'inbox' = any (current_schemas(false))                             as is_in_search_path,
                   current_setting('search_path')                                     as search_path,
                   quote_ident(current_user)                                          as current_role
              from (values ('inbox')) as wanted (name)
              left join pg_namespace n on n.nspname = wanted.name
            """;

    private static final String CREATE = "create schema inbox";

    private final JdbcClient jdbc;
    /** A pool may be without auto-commit. */
    private final TransactionTemplate transaction;

    PgNamespace(DataSource dataSource) {
        this.jdbc = JdbcClient.create(dataSource);
        this.transaction = new TransactionTemplate(new JdbcTransactionManager(dataSource));
    }

    /** The schema of the inbox, as a session of the data source sees it. */
    SchemaContents find() {
        return jdbc.sql(FIND)
                .query((row, number) -> new SchemaContents(
                        row.getBoolean("is_there"),
                        row.getBoolean("may_make"),
                        row.getBoolean("may_create"),
                        row.getBoolean("may_use"),
                        row.getString("strangers"),
                        row.getBoolean("is_in_search_path"),
                        row.getString("search_path"),
                        row.getString("current_role")))
                .single();
    }

    /**
     * Makes the schema, or finds that another service has made it meanwhile. Without "if not exists": that is refused
     * where the role may not, although there is nothing to do.
     */
    void create() {
        try {
            transaction.executeWithoutResult(status -> jdbc.sql(CREATE).update());
        } catch (DataAccessException e) {
            if (!find().isThere()) {
                throw e;
            }
        }
    }

    /**
     * The schema {@code inbox}; names are quoted where SQL wants it.
     *
     * @param mayMake whether the role may make a schema in the database
     * @param mayCreate whether it may create tables in this one
     * @param mayUse whether the tables are there, and the role may read {@code processed_events} and add to it, and read
     *     whose they are
     * @param strangers what stands in it although the migrations have never run, with commas; empty: nothing
     * @param isInSearchPath whether a table without a schema may be one of the inbox
     */
    record SchemaContents(
            boolean isThere,
            boolean mayMake,
            boolean mayCreate,
            boolean mayUse,
            String strangers,
            boolean isInSearchPath,
            String searchPath,
            String role) {}
}
