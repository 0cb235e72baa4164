package io.github.dingtalkinbox.service.embedded;

import io.github.dingtalkinbox.service.access.ConsoleProperties;
import io.github.dingtalkinbox.service.start.StartReport;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Properties;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.context.event.ApplicationReadyEvent;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.context.ApplicationListener;
import org.springframework.core.annotation.Order;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.MutablePropertySources;
import org.springframework.core.env.PropertiesPropertySource;
import org.springframework.security.crypto.bcrypt.BCryptPasswordEncoder;

/**
 * A user {@code admin} of the console if none is configured, so that it can be tried. Its password is shown once; only
 * a hash is kept and added to the properties.
 */
@Order(StartReport.ORDER + 2)
final class MadeUpLogin implements ApplicationListener<ApplicationReadyEvent> {
    private static final Logger log = LoggerFactory.getLogger(MadeUpLogin.class);

    private static final String FILE = "console-login.properties";
    private static final String NAME = "admin";
    private static final String USERS = ConsoleProperties.PREFIX + ".users";
    private static final String PASSWORD = USERS + "." + NAME + ".password";
    private static final String ROLES = USERS + "." + NAME + ".roles";
    private static final String SECURE = "server.servlet.session.cookie.secure";
    private static final String DEFAULTS = "defaultProperties";

    private final DataDirectory directory;
    private final @Nullable String hash;
    /** Null if it was shown before, or there is none. */
    private final @Nullable String password;

    MadeUpLogin(DataDirectory directory, ConfigurableEnvironment environment) {
        this.directory = directory;
        boolean isWanted = isWanted(environment);
        Path file = directory.resolve(FILE);
        String kept = isWanted && Files.exists(file)
                ? new MadeUpFile(file, "user of the console", "configure one under " + USERS)
                        .read()
                        .getProperty(PASSWORD)
                : null;
        this.password = isWanted && kept == null ? NewKeys.token() : null;
        this.hash = password == null ? kept : new BCryptPasswordEncoder().encode(password);
        if (hash != null) {
            add(environment.getPropertySources(), hash);
        }
    }

    private static void add(MutablePropertySources sources, String hash) {
        Properties login = new Properties();
        login.put(PASSWORD, hash);
        login.put(ROLES, "viewer,operator,payload");
        // For a trial without a certificate, perhaps from another machine.
        login.put(SECURE, "false");
        PropertiesPropertySource source = new PropertiesPropertySource(FILE, login);
        if (sources.contains(DEFAULTS)) {
            sources.addBefore(DEFAULTS, source);
        } else {
            sources.addLast(source);
        }
    }

    /** Only what was shown is kept, because a start may fail before that. */
    @Override
    public void onApplicationEvent(ApplicationReadyEvent ready) {
        if (hash == null) {
            return;
        }
        Path file = directory.resolve(FILE);
        if (password == null) {
            log.info("""
                    No user is configured under inbox.console.users: the one made up at the first start is used
                      User:           {}
                      Password:       see the log of that start
                      Kept in:        {} (a hash of it)
                      For a new one:  delete that file and start again""", NAME, file);
            return;
        }
        log.info("""
                No user is configured under inbox.console.users: this one was made up. The password is shown only this once
                  User:           {}
                  Password:       {}
                  Kept in:        {} (a hash of it)
                  For a new one:  delete that file and start again""", NAME, password, file);
        try {
            directory.writeSecret(FILE, """
                    # The user of the console, because none is configured under inbox.console.users. Delete this for a new password.
                    %s=%s
                    """.formatted(PASSWORD, hash));
        } catch (IOException e) {
            log.warn("{} cannot be written, so the next start will make up another password", file, e);
        }
    }

    private static boolean isWanted(ConfigurableEnvironment environment) {
        Binder binder = Binder.get(environment);
        return !binder.bind(USERS, Bindable.mapOf(String.class, Object.class)).isBound()
                && !binder.bind(ConsoleProperties.PREFIX + ".oidc.issuer", String.class)
                        .isBound();
    }
}
