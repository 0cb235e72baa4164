package io.github.dingtalkinbox.internal.schema;

import io.github.dingtalkinbox.internal.sql.SqlStates;
import java.time.Clock;
import java.util.List;
import javax.sql.DataSource;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.FlywayException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.CannotGetJdbcConnectionException;
import org.springframework.util.StringUtils;

/**
 * The schema {@code inbox} and what is in it. It has a history table and a resource path of its own, and stands in no
 * search path, so that the inbox can live in the database of a host application that has tables and migrations too.
 */
public final class Schema {
    /** The name of an application that says none. */
    public static final String DEFAULT_APPLICATION = "dingtalk-inbox";

    /** What to do about asynchronous standbys. */
    public static final String STANDBY_ADVICE =
            "If such a standby is promoted, the events that were answered \"success\" in"
                    + " the last moments before are lost. Set synchronous_standby_names (with Patroni: synchronous_mode), or"
                    + " never promote it; src/docs/high-availability.md says how";

    private static final Logger log = LoggerFactory.getLogger(Schema.class);
    private static final String LOCATION = "classpath:dingtalk-inbox/db/migration";
    private static final String NAME = "inbox";
    private static final String HISTORY_TABLE = "inbox_schema_history";
    private static final String COMMAND =
            "Run the command migrate of this version first, as a role that may: inbox_migrator,"
                    + " where the scripts of db/roles were run.";
    private static final String ANOTHER_ROLE = "Or name that role in inbox.schema.username and .password.";

    private final DataSource dataSource;
    private final SchemaProperties role;
    private final OwningApplication application;
    private final Clock clock;
    private volatile boolean isDirect;

    /** With the service's own role. */
    public Schema(DataSource dataSource) {
        this(dataSource, new SchemaProperties(null, null), DEFAULT_APPLICATION);
    }

    /**
     * With a role that may do more than the service's.
     *
     * @param dataSource the service's
     * @param application the name of the one that starts
     */
    public Schema(DataSource dataSource, SchemaProperties role, String application) {
        this(dataSource, role, application, Clock.systemUTC());
    }

    /** @param clock this machine's */
    Schema(DataSource dataSource, SchemaProperties role, String application, Clock clock) {
        this.dataSource = dataSource;
        this.role = role;
        this.application = new OwningApplication(dataSource, application);
        this.clock = clock;
    }

    /**
     * Checks that the database can keep the promise and that its inbox is not another application's, brings the tables up
     * to date, and checks that the service may use them. To be called once, before the first event. Several services may do it at the same moment.
     *
     * @throws UnsuitableDatabase if the database must not or cannot be used, or cannot be reached, before anything is
     *     changed; or if the service's role may not use the tables
     */
    public void prepare() {
        requireSuitable();
        if (new PgNamespace(dataSource).find().mayUse()) {
            application.requireOurs();
        }
        migrate();
        requireUse();
        application.claim();
        warnOfAsynchronousStandbys();
    }

    /**
     * Checks that the database can keep the promise.
     *
     * @throws UnsuitableDatabase if it cannot, or cannot be reached
     */
    public void requireSuitable() {
        try {
            DatabaseRequirements requirements = new DatabaseRequirements(dataSource, clock);
            requirements.requirePostgres();
            isDirect = new SessionPerConnection(dataSource).require();
            requirements.check();
        } catch (CannotGetJdbcConnectionException e) {
            throw NoConnection.because(e, dataSource);
        }
    }

    /**
     * The number of standbys that are attached while no commit waits for any of them: if one is promoted, the events that were
     * answered in the last moments are lost.
     */
    public int asynchronousStandbys() {
        return new PgStatReplication(dataSource).countAsynchronous();
    }

    private void warnOfAsynchronousStandbys() {
        try {
            int standbys = asynchronousStandbys();
            if (standbys > 0) {
                log.warn("Asynchronous standbys are attached: {}. {}", standbys, STANDBY_ADVICE);
            }
        } catch (DataAccessException e) {
            log.debug("The database does not say whether there are standbys", e);
        }
    }

    /**
     * Checks that a session can keep the promise, as {@link #prepare} did with another one, and keeps it so: settings and
     * privileges may have been changed meanwhile, or a pooler may have got in between. To be called in the first
     * transaction of each session that commits.
     *
     * @throws UnsuitableDatabase if it cannot
     */
    public void requireFitSession() {
        if (isDirect) {
            new SessionPerConnection(dataSource).requireDirect();
        }
        DatabaseRequirements requirements = new DatabaseRequirements(dataSource, clock);
        requirements.check();
        requireUse();
        requirements.pin();
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
                .schemas(NAME)
                .createSchemas(false)
                .table(HISTORY_TABLE)
                .load();
        try {
            if (flyway.info().pending().length == 0) {
                flyway.validate();
            } else {
                requirePlace(migrating, flyway.info().current() != null);
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

    private static void requirePlace(DataSource migrating, boolean isUpgrade) {
        PgNamespace namespace = new PgNamespace(migrating);
        PgNamespace.SchemaContents schema = namespace.find();
        if (!schema.strangers().isEmpty()) {
            throw new UnsuitableDatabase(
                    "The schema inbox is for the tables of the inbox, but has others in it: " + schema.strangers()
                            + ".",
                    List.of(
                            "Move them to another schema, or give this one another name: alter schema inbox rename to …;",
                            "Or name a database that has no schema inbox in spring.datasource.url."));
        }
        if (!schema.isThere()) {
            if (!schema.mayMake()) {
                throw new UnsuitableDatabase(
                        "The role " + schema.role() + " may not create the schema inbox.",
                        List.of(
                                COMMAND,
                                ANOTHER_ROLE,
                                "Or, as a superuser or the owner of the database: create schema inbox authorization "
                                        + schema.role() + ";"));
            }
            namespace.create();
        } else if (!schema.mayCreate()) {
            throw new UnsuitableDatabase(
                    (isUpgrade ? "The tables of the inbox are those of an earlier version, and the role " : "The role ")
                            + schema.role() + " may not create the tables of the inbox in the schema inbox.",
                    List.of(
                            COMMAND,
                            ANOTHER_ROLE,
                            "Or, as a superuser or the owner of the schema: grant create on schema inbox to "
                                    + schema.role() + ";"));
        }
    }

    private void requireUse() {
        PgNamespace.SchemaContents schema = new PgNamespace(dataSource).find();
        if (!schema.mayUse()) {
            throw new UnsuitableDatabase(
                    "The role " + schema.role() + " may not read and add to inbox.processed_events.",
                    List.of("As a superuser, run db/roles/cluster.sql and db/roles/database.sql in this database, and"
                            + " name inbox_app in spring.datasource.username."));
        }
        if (schema.isInSearchPath()) {
            throw new UnsuitableDatabase(
                    "The schema inbox stands in the search path (" + schema.searchPath() + ") of the role "
                            + schema.role() + ": tables of others could get into it, or be mistaken for its own.",
                    List.of(
                            "Take it out: alter role " + schema.role() + " set search_path = public;",
                            "Or out of currentSchema or options in spring.datasource.url, if it stands there."));
        }
    }

    private static UnsuitableDatabase insufficientPrivilege(FlywayException e) {
        UnsuitableDatabase failure = new UnsuitableDatabase(
                "The tables of the inbox cannot be brought up to date: " + e.getMessage(),
                List.of(
                        COMMAND,
                        ANOTHER_ROLE,
                        "Where none is named, the service's own role needs select on inbox." + HISTORY_TABLE
                                + " at every start."));
        failure.initCause(e);
        return failure;
    }
}
