package io.github.dingtalkinbox.internal.schema;

import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;

/**
 * The role that brings the tables up to date, where the service's own may not. Its database is the service's.
 *
 * @param username Role that brings the tables up to date. Not set, or empty: the application's own.
 * @param password Password of that role.
 */
@ConfigurationProperties("inbox.schema")
public record SchemaProperties(
        @Nullable String username, @Nullable String password) {
    /** Says nothing of the password. */
    @Override
    public String toString() {
        return "SchemaProperties[username=" + username + "]";
    }
}
