package io.github.dingtalkinbox.internal.webhook;

import io.github.dingtalkinbox.internal.apps.DingTalkProperties;
import io.github.dingtalkinbox.internal.apps.DingTalkProperties.Previous;
import io.github.dingtalkinbox.internal.crypto.Credentials;
import io.github.dingtalkinbox.internal.crypto.InvalidCredential;
import io.github.dingtalkinbox.internal.start.ConfigurationProblem;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The configured apps, by name. */
public final class Apps {
    static final String DEFAULT = "default";
    private static final Pattern NAME = Pattern.compile("[a-z0-9][a-z0-9_-]{0,63}");

    private final Map<String, App> byName;

    private Apps(Map<String, App> byName) {
        this.byName = byName;
    }

    /**
     * Checks the whole configuration, so that one start reports everything that is wrong.
     *
     * @throws ConfigurationProblem if anything is
     */
    public static Apps of(DingTalkProperties properties) {
        List<String> findings = new ArrayList<>();
        Map<String, App> apps = new TreeMap<>();
        properties.apps().forEach((name, app) -> {
            String prefix = "inbox.apps." + name;
            if (!NAME.matcher(name).matches()) {
                findings.add(
                        prefix + ": the name of an app is part of its URL and must be 1 to 64 characters [a-z0-9_-],"
                                + " the first one a letter or digit");
                return;
            }
            List<Credentials> credentials = new ArrayList<>();
            String token = app.token();
            String aesKey = app.aesKey();
            String ownerKey = app.ownerKey();
            add(credentials, findings, prefix, token, aesKey, ownerKey);
            Previous previous = app.previous();
            if (previous != null) {
                add(
                        credentials,
                        findings,
                        prefix + ".previous",
                        orElse(previous.token(), token),
                        orElse(previous.aesKey(), aesKey),
                        orElse(previous.ownerKey(), ownerKey));
            }
            apps.put(name, new App(name, app.suiteCheckAnswer(), credentials));
        });
        if (!findings.isEmpty()) {
            throw problem(findings);
        }
        return new Apps(new LinkedHashMap<>(apps));
    }

    private static ConfigurationProblem problem(List<String> findings) {
        return new ConfigurationProblem(
                "The configuration of the DingTalk apps is incomplete or wrong:" + System.lineSeparator()
                        + String.join(System.lineSeparator(), findings),
                "Set inbox.apps.<name>.token, .aes-key and .owner-key (for the app named default in the environment:"
                        + " INBOX_APPS_DEFAULT_TOKEN, INBOX_APPS_DEFAULT_AESKEY, INBOX_APPS_DEFAULT_OWNERKEY) to what"
                        + " DingTalk's console shows under the app's event subscription. The command keys makes a new"
                        + " token and EncodingAESKey.");
    }

    /** Whether there is none: a host application may use only the receiver. */
    boolean isEmpty() {
        return byName.isEmpty();
    }

    /**
     * Requires an app.
     *
     * @throws ConfigurationProblem if there is none
     */
    public void requireOne() {
        if (isEmpty()) {
            throw problem(List.of("inbox.apps: no app is configured, so no callback could be accepted"));
        }
    }

    @Nullable
    App find(String name) {
        return byName.get(name);
    }

    /** Any of them; there must be one. */
    public App first() {
        return byName.values().iterator().next();
    }

    Set<String> names() {
        return byName.keySet();
    }

    /** The paths of the callback URLs within the application: the shorter one, where an app has two. */
    public List<String> paths() {
        return names().stream().map(Apps::path).toList();
    }

    static String path(String name) {
        return WebhookConfiguration.PATH + (name.equals(DEFAULT) ? "" : "/" + name);
    }

    private static void add(
            List<Credentials> credentials,
            List<String> findings,
            String prefix,
            @Nullable String token,
            @Nullable String aesKey,
            @Nullable String ownerKey) {
        requireSet(findings, prefix + ".token", token);
        requireSet(findings, prefix + ".aes-key", aesKey);
        requireSet(findings, prefix + ".owner-key", ownerKey);
        if (token == null || aesKey == null || ownerKey == null) {
            return;
        }
        try {
            credentials.add(new Credentials(token, aesKey, ownerKey));
        } catch (InvalidCredential e) {
            findings.add(prefix + "." + e.field() + ": " + e.getMessage());
        }
    }

    private static void requireSet(List<String> findings, String property, @Nullable String value) {
        if (value == null) {
            findings.add(property + ": is not set");
        }
    }

    private static @Nullable String orElse(@Nullable String value, @Nullable String fallback) {
        return value == null ? fallback : value;
    }
}
