package io.github.dingtalkinbox.internal.schema;

import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;

/**
 * The role that brings the tables up to date, where the service's own may not. Its database is the service's.
 *
 * @param username not set, or empty: the service's own role does it
 * @param password of that role
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
