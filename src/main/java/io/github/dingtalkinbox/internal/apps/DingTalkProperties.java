package io.github.dingtalkinbox.internal.apps;

import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * The properties {@code inbox.apps.*}.
 *
 * @param apps Apps, by name: the app x has the callback URL /dingtalk/callback/x, default also /dingtalk/callback.
 * @param drain How long a stopping service answers new callbacks with 503 before its web server stops, so that a load
 *     balancer notices. Zero: not at all.
 * @param proxy HTTP proxy through which DingTalk is called.
 */
@ConfigurationProperties("inbox")
public record DingTalkProperties(
        @DefaultValue Map<String, AppProperties> apps,
        @DefaultValue("0s") Duration drain,
        @Nullable ProxyProperties proxy) {

    /** The names of the apps with Stream mode. */
    public List<String> streaming() {
        return apps.entrySet().stream()
                .filter(app -> app.getValue().stream().enabled())
                .map(Map.Entry::getKey)
                .sorted()
                .toList();
    }

    /**
     * One app.
     *
     * @param token the token of its event subscription
     * @param aesKey its EncodingAESKey
     * @param ownerKey its appKey (Client ID), suiteKey or corpId
     * @param previous credentials that are accepted too, while keys are rotated
     * @param suiteCheckAnswer the answer to the two checks of a suite's URL
     * @param clientId its Client ID, to call DingTalk
     * @param clientSecret its Client Secret
     * @param stream its connections to DingTalk
     */
    public record AppProperties(
            @Nullable String token,
            @Nullable String aesKey,
            @Nullable String ownerKey,
            @Nullable Previous previous,
            @DefaultValue("success") SuiteCheckAnswer suiteCheckAnswer,
            @Nullable String clientId,
            @Nullable String clientSecret,
            @DefaultValue StreamMode stream) {
        public AppProperties {
            token = unlessEmpty(token);
            aesKey = unlessEmpty(aesKey);
            ownerKey = unlessEmpty(ownerKey);
            clientId = unlessEmpty(clientId);
            clientSecret = unlessEmpty(clientSecret);
        }

        /** Whether it has a callback URL. An app that has Stream mode may be without. */
        public boolean hasCallbackUrl() {
            return !stream.enabled() || token != null || aesKey != null || ownerKey != null || previous != null;
        }

        /** Without the secrets. */
        @Override
        public String toString() {
            return "App[ownerKey=" + ownerKey + ", suiteCheckAnswer=" + suiteCheckAnswer + ", clientId=" + clientId
                    + "]";
        }
    }

    /**
     * Stream mode of an app.
     *
     * @param enabled whether DingTalk delivers its events on connections that this application opens
     * @param connections how many each node has. DingTalk accepts 50 of an app, from all nodes together
     */
    public record StreamMode(
            @DefaultValue("false") boolean enabled,
            @DefaultValue("2") int connections) {
        private static final int MOST = 50;

        public StreamMode {
            if (connections < 1 || connections > MOST) {
                throw new IllegalArgumentException(
                        "stream.connections must be 1 to " + MOST + ", but is " + connections);
            }
        }
    }

    /**
     * An HTTP proxy.
     *
     * @param url HTTP proxy through which DingTalk is called, such as http://proxy.example.com:3128. Not set: the one of
     *     the JVM (https.proxyHost), if there is one.
     * @param username User name, if the proxy wants a login.
     * @param password Password of that login.
     */
    public record ProxyProperties(
            @Nullable URI url,
            @Nullable String username,
            @Nullable String password) {
        public ProxyProperties {
            username = unlessEmpty(username);
            password = unlessEmpty(password);
            if (url != null && url.toString().isEmpty()) {
                url = null;
            }
            if (url != null
                    && !("http".equals(url.getScheme()) && url.getHost() != null && url.getUserInfo() == null)) {
                throw new IllegalArgumentException(
                        "inbox.proxy.url must be a URL such as http://proxy.example.com:3128. A login goes to"
                                + " inbox.proxy.username and inbox.proxy.password");
            }
            if ((username == null) != (password == null)) {
                throw new IllegalArgumentException(
                        "inbox.proxy.username and inbox.proxy.password belong together: set both or neither");
            }
            if (url == null && username != null) {
                throw new IllegalArgumentException("inbox.proxy.username is set, but inbox.proxy.url is not");
            }
        }

        /** Without the password. */
        @Override
        public String toString() {
            return "Proxy[url=" + url + ", username=" + username + "]";
        }
    }

    /** The credentials before the rotation. What is not set is the same as in the current ones. */
    public record Previous(
            @Nullable String token,
            @Nullable String aesKey,
            @Nullable String ownerKey) {
        public Previous {
            token = unlessEmpty(token);
            aesKey = unlessEmpty(aesKey);
            ownerKey = unlessEmpty(ownerKey);
        }

        /** Without the secrets. */
        @Override
        public String toString() {
            return "Previous[ownerKey=" + ownerKey + "]";
        }
    }

    /**
     * DingTalk's current pages ask for {@code success}; its own example of 2018 answers with the field {@code Random}.
     */
    public enum SuiteCheckAnswer {
        SUCCESS,
        RANDOM
    }

    /** An empty variable in the environment counts as not set. */
    private static @Nullable String unlessEmpty(@Nullable String value) {
        return value == null || value.isEmpty() ? null : value;
    }
}
