package io.github.dingtalkinbox.service.access;

import io.github.dingtalkinbox.internal.start.ConfigurationProblem;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * The properties {@code inbox.console.*}. Without users and without an issuer, nobody could log in, and the console is
 * off.
 *
 * @param users Users of the console, by name.
 * @param oidc Another way to log in.
 */
@ConfigurationProperties(ConsoleProperties.PREFIX)
public record ConsoleProperties(
        @DefaultValue Map<String, User> users, @DefaultValue Oidc oidc) {
    public static final String PREFIX = "inbox.console";

    private static final Pattern BCRYPT = Pattern.compile("\\$2[aby]\\$\\d\\d\\$[./A-Za-z0-9]{53}");

    public ConsoleProperties {
        users = Map.copyOf(users);
        users.forEach((name, user) -> {
            if (user.password() == null || !BCRYPT.matcher(user.password()).matches()) {
                throw refused("inbox.console.users." + name + ".password must be a bcrypt hash, but is "
                        + (user.password() == null || user.password().isBlank() ? "not set" : "not one"));
            }
        });
    }

    private static ConfigurationProblem refused(String description) {
        return new ConfigurationProblem(
                description + ".",
                "Make the hash with htpasswd -nBC 10 <name>: it is what follows the colon. In a compose file, write"
                        + " $$ for each $ in it. See src/docs/console.md.");
    }

    /** Whether users can log in. */
    public boolean isOn() {
        return !users.isEmpty() || oidc.isOn();
    }

    /**
     * A user.
     *
     * @param password its bcrypt hash
     */
    record User(
            @Nullable String password,
            @DefaultValue("viewer") Set<Role> roles) {
        User {
            roles = Set.copyOf(roles);
        }

        /** Without the hash. */
        @Override
        public String toString() {
            return "User[roles=" + roles + "]";
        }
    }

    /**
     * A server of OpenID Connect.
     *
     * @param issuer URL of the server at which people log in. Not set: there is none.
     * @param clientId Name of this service there.
     * @param clientSecret Secret of this service there.
     * @param nameClaim Claim with the name of the user.
     * @param roles What the values of the claim for roles mean. Empty: they are the names of the roles.
     * @param rolesClaim Claim with the roles of the user.
     */
    record Oidc(
            @Nullable String issuer,
            @Nullable String clientId,
            @Nullable String clientSecret,
            @DefaultValue("preferred_username") String nameClaim,
            @DefaultValue("roles") String rolesClaim,
            @DefaultValue Map<String, Set<Role>> roles) {
        Oidc {
            roles = Map.copyOf(roles);
            if (issuer != null && !issuer.isBlank() && (clientId == null || clientId.isBlank())) {
                throw refused("inbox.console.oidc.issuer is set, but inbox.console.oidc.client-id is not");
            }
        }

        boolean isOn() {
            return issuer != null && !issuer.isBlank();
        }

        /** Without the secret. */
        @Override
        public String toString() {
            return "Oidc[issuer=" + issuer + ", clientId=" + clientId + "]";
        }
    }
}
