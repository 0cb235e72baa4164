package io.github.dingtalkinbox.schema;

import javax.sql.DataSource;
import org.flywaydb.core.Flyway;

/**
 * The tables of the inbox. They have a history table and a resource path of their own, so that the inbox can live in
 * the database and the schema of a host application that has migrations too.
 */
public final class Schema {
    private static final String LOCATION = "classpath:dingtalk-inbox/db/migration";
    private static final String HISTORY_TABLE = "inbox_schema_history";

    private final DataSource dataSource;

    public Schema(DataSource dataSource) {
        this.dataSource = dataSource;
    }

    /** Applies the migrations that are missing. Several services may start at the same moment. */
    public void migrate() {
        Flyway.configure(Schema.class.getClassLoader())
                .dataSource(dataSource)
                .locations(LOCATION)
                .table(HISTORY_TABLE)
                // A host's tables stand in the schema before our first migration: that is no reason to stop.
                .baselineOnMigrate(true)
                .baselineVersion("0")
                .load()
                .migrate();
    }
}
