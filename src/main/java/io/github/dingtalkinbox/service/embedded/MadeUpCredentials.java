package io.github.dingtalkinbox.service.embedded;

import io.github.dingtalkinbox.internal.start.ConfigurationProblem;
import io.github.dingtalkinbox.service.start.StartReport;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Properties;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.context.event.ApplicationReadyEvent;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.context.ApplicationListener;
import org.springframework.core.annotation.Order;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.Environment;
import org.springframework.core.env.PropertiesPropertySource;

/**
 * Credentials for the app {@code default} if none is configured, so that the service can be tried without DingTalk.
 * They are made once, kept, and added to the properties.
 */
@Order(StartReport.ORDER + 1)
final class MadeUpCredentials implements ApplicationListener<ApplicationReadyEvent> {
    private static final Logger log = LoggerFactory.getLogger(MadeUpCredentials.class);

    private static final String FILE = "dingtalk-credentials.properties";
    private static final String APPS = "inbox.apps";
    private static final String PREFIX = APPS + ".default.";
    private static final String TOKEN = "token";
    private static final String AES_KEY = "aes-key";
    private static final String OWNER_KEY = "owner-key";
    private static final String SHOWN = "shown";

    private static final int OWNER_KEY_LENGTH = 16;

    private final Path file;
    private final Properties credentials;
    private final DataDirectory directory;

    MadeUpCredentials(DataDirectory directory, ConfigurableEnvironment environment) {
        this.directory = directory;
        this.file = directory.resolve(FILE);
        this.credentials = isWanted(environment) ? readOrMake() : new Properties();
        if (!credentials.isEmpty()) {
            Properties named = new Properties();
            for (String key : List.of(TOKEN, AES_KEY, OWNER_KEY)) {
                named.put(PREFIX + key, credentials.get(key));
            }
            environment.getPropertySources().addLast(new PropertiesPropertySource(FILE, named));
        }
    }

    /** Whether they are in use. */
    boolean areUsed() {
        return !credentials.isEmpty();
    }

    /** Only after the start: in the log of a failed start, they would be overlooked. */
    @Override
    public void onApplicationEvent(ApplicationReadyEvent ready) {
        if (!areUsed()) {
            return;
        }
        if (credentials.getProperty(SHOWN) == null) {
            log.info("""
                    No app is configured under inbox.apps: these credentials were made up. They are shown only this once
                      Token:          {}
                      EncodingAESKey: {}
                      Owner key:      {}
                      Kept in:        {}
                      For new ones:   delete that file and start again""", credentials.get(TOKEN), credentials.get(AES_KEY), credentials.get(OWNER_KEY), file);
            rememberThatTheyWereShown();
        } else {
            log.info("""
                    No app is configured under inbox.apps: the ones made up at the first start are used
                      Kept in:        {}
                      For new ones:   delete that file and start again""", file);
        }
    }

    /** Only after they were shown, because a start may fail before that. */
    private void rememberThatTheyWereShown() {
        try {
            directory.writeSecret(FILE, Files.readString(file) + SHOWN + "=true" + System.lineSeparator());
        } catch (IOException e) {
            log.warn("{} cannot be written, so the next start will show the credentials again", file, e);
        }
    }

    private static boolean isWanted(Environment environment) {
        return !Binder.get(environment)
                .bind(APPS, Bindable.mapOf(String.class, Object.class))
                .isBound();
    }

    private Properties readOrMake() {
        Properties read = new MadeUpFile(file, "credentials", "configure an app under " + APPS)
                .readOrMake(directory, MadeUpCredentials::make);
        if (!read.keySet().containsAll(Set.of(TOKEN, AES_KEY, OWNER_KEY))) {
            throw new ConfigurationProblem(
                    "The file " + file + " must have the keys token, aes-key and owner-key.",
                    "Restore them, or delete the file: the next start makes new ones. Or configure an app under"
                            + " inbox.apps.");
        }
        return read;
    }

    private static String make() {
        return """
                # Made up, because no app is configured under inbox.apps. Secret.
                token=%s
                aes-key=%s
                owner-key=ding%s
                """.formatted(NewKeys.token(), NewKeys.aesKey(), NewKeys.token().substring(0, OWNER_KEY_LENGTH));
    }
}
