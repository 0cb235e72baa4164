package io.github.dingtalkinbox.internal.schema;

import io.github.dingtalkinbox.internal.sql.SqlStates;
import java.util.List;
import javax.sql.DataSource;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.FlywayException;
import org.springframework.jdbc.CannotGetJdbcConnectionException;
import org.springframework.util.StringUtils;

/**
 * The tables of the inbox. They have a history table and a resource path of their own, so that the inbox can live in
 * the database and the schema of a host application that has migrations too.
 */
public final class Schema {
    private static final String LOCATION = "classpath:dingtalk-inbox/db/migration";
    private static final String HISTORY_TABLE = "inbox_schema_history";

    private final DataSource dataSource;
    private final SchemaProperties role;

    /** With the service's own role. */
    public Schema(DataSource dataSource) {
        this(dataSource, new SchemaProperties(null, null));
    }

    /**
     * With a role that may do more than the service's.
     *
     * @param dataSource the service's
     */
    public Schema(DataSource dataSource, SchemaProperties role) {
        this.dataSource = dataSource;
        this.role = role;
    }

    /**
     * Checks that the database can keep the promise, brings the tables up to date, and checks that the service may use
     * them. To be called once, before the first event. Several services may do it at the same moment.
     *
     * @throws UnsuitableDatabase if the database must not or cannot be used, or cannot be reached, before anything is
     *     changed; or if the service's role may not use the tables
     */
    public void prepare() {
        try {
            new DatabaseRequirements(dataSource).check();
        } catch (CannotGetJdbcConnectionException e) {
            throw unreachable(e);
        }
        migrate();
        requireUse();
    }

    /**
     * Applies the migrations that are missing. A role that may not create tables will do if there are none.
     *
     * @throws UnsuitableDatabase if there are, and the role may not
     */
    public void migrate() {
        String username = role.username();
        migrate(
                username != null && StringUtils.hasText(username)
                        ? MigratingRole.connect(dataSource, username, role)
                        : dataSource);
    }

    private static void migrate(DataSource migrating) {
        Flyway flyway = Flyway.configure(Schema.class.getClassLoader())
                .dataSource(migrating)
                .locations(LOCATION)
                .table(HISTORY_TABLE)
                // A host's tables stand in the schema before our first migration: that is no reason to stop.
                .baselineOnMigrate(true)
                .baselineVersion("0")
                .load();
        try {
            if (flyway.info().pending().length == 0) {
                flyway.validate();
            } else {
                requireCreatePrivilege(migrating);
                migrate(flyway);
            }
        } catch (FlywayException e) {
            throw SqlStates.isForbidden(e) ? insufficientPrivilege(e) : e;
        }
    }

    private static void migrate(Flyway flyway) {
        boolean first = flyway.info().current() == null;
        try {
            flyway.migrate();
        } catch (FlywayException e) {
            if (!first) {
                throw e;
            }
            // Another service may have made the history table after this one had looked for it. Now that it is there,
            // Flyway's own lock makes them take turns.
            flyway.migrate();
        }
    }

    private static void requireCreatePrivilege(DataSource migrating) {
        PgNamespace.Current schema = new PgNamespace(migrating).current();
        if (!schema.exists()) {
            throw new UnsuitableDatabase(
                    "No schema of the search path (" + schema.searchPath() + ") of the role " + schema.role()
                            + " exists, so there is no place for the tables of the inbox.",
                    List.of("create schema inbox authorization " + schema.role() + "; alter role " + schema.role()
                            + " set search_path = inbox;"));
        }
        if (!schema.mayCreate()) {
            throw new UnsuitableDatabase(
                    "The role " + schema.role() + " may not create the tables of the inbox in the schema "
                            + schema.name() + ".",
                    List.of(
                            "Name a role that may in inbox.schema.username and .password: inbox_migrator, where the"
                                    + " scripts of db/roles were run.",
                            "Or, as a superuser or the owner of the schema: grant create on schema " + schema.name()
                                    + " to " + schema.role() + ";"));
        }
    }

    private void requireUse() {
        PgNamespace.Current schema = new PgNamespace(dataSource).current();
        if (!schema.mayAddEvents()) {
            throw new UnsuitableDatabase(
                    "The role " + schema.role() + " may not read and add to processed_events in its search path ("
                            + schema.searchPath() + ").",
                    List.of(
                            "As a superuser, run db/roles/cluster.sql and db/roles/database.sql in this database, and"
                                    + " name inbox_app in spring.datasource.username.",
                            "If the tables stand in another schema than public, its name must come first in the search"
                                    + " path of the roles."));
        }
    }

    private static UnsuitableDatabase unreachable(CannotGetJdbcConnectionException e) {
        UnsuitableDatabase failure = new UnsuitableDatabase(
                "The database cannot be reached: " + e.getMostSpecificCause().getMessage(),
                List.of("Check spring.datasource.url, .username and .password, and that the server is running and lets"
                        + " this machine in."));
        failure.initCause(e);
        return failure;
    }

    private static UnsuitableDatabase insufficientPrivilege(FlywayException e) {
        UnsuitableDatabase failure = new UnsuitableDatabase(
                "The tables of the inbox cannot be brought up to date: " + e.getMessage(),
                List.of(
                        "Name the role that owns the tables of the inbox in inbox.schema.username and .password:"
                                + " inbox_migrator, where the scripts of db/roles were run.",
                        "Where none is named, the service's own role needs select on " + HISTORY_TABLE
                                + " at every start."));
        failure.initCause(e);
        return failure;
    }
}
