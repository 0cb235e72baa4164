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

/** The configured apps that have a callback URL, by name. */
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
            if (!app.hasCallbackUrl()) {
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

    /**
     * Requires an app, whatever its way in.
     *
     * @throws ConfigurationProblem if there is none
     */
    public static void requireOne(DingTalkProperties properties) {
        if (properties.apps().isEmpty()) {
            throw problem(List.of("inbox.apps: no app is configured, so no event could come in"));
        }
    }

    private static ConfigurationProblem problem(List<String> findings) {
        return new ConfigurationProblem(
                "The configuration of the DingTalk apps is incomplete or wrong:" + System.lineSeparator()
                        + String.join(System.lineSeparator(), findings),
                "Set inbox.apps.<name>.token, .aes-key and .owner-key (for the app named default in the environment:"
                        + " INBOX_APPS_DEFAULT_TOKEN, INBOX_APPS_DEFAULT_AESKEY, INBOX_APPS_DEFAULT_OWNERKEY) to what"
                        + " DingTalk's console shows under the app's event subscription. The command keys makes a new"
                        + " token and EncodingAESKey. An app without a callback URL needs inbox.apps.<name>.stream.enabled,"
                        + " .client-id and .client-secret instead.");
    }

    /** Whether there is none: all may have Stream mode alone, and a host application may use only the receiver. */
    public boolean isEmpty() {
        return byName.isEmpty();
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
