package io.github.dingtalkinbox.internal.schema;

import java.time.Instant;

/**
 * A setting of the server, as it is in force in a session.
 *
 * @param source where the value comes from, in the words of {@code pg_settings.source}
 * @param role the session's role, quoted where SQL wants it
 * @param database the session's database, quoted where SQL wants it
 * @param readAt when, by the server's clock
 */
record Setting(String name, String value, String source, String role, String database, Instant readAt) {
    /** What to do to have {@code required} instead: where the value is set, there it must be changed. */
    String remedy(String required) {
        return switch (source) {
            case "database" -> "alter database " + database + " reset " + name + ";";
            case "user" -> "alter role " + role + " reset " + name + ";";
            case "database user" -> "alter role " + role + " in database " + database + " reset " + name + ";";
            case "client" ->
                "Remove " + name + " from the options of spring.datasource.url or from the environment"
                        + " variable PGOPTIONS.";
            case "session" ->
                "Remove what sets " + name + " in new connections: spring.datasource.hikari.connection-init-sql"
                        + " or another of spring.datasource.hikari.*.";
            case "command line" ->
                "Start the server without " + name + "=" + value + " on its command line (of postgres"
                        + " or the container).";
            default -> "alter system set " + name + " = '" + required + "'; select pg_reload_conf();";
        };
    }
}
