package io.github.dingtalkinbox.internal.apps;

import java.time.Duration;
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
 */
@ConfigurationProperties("inbox")
public record DingTalkProperties(
        @DefaultValue Map<String, AppProperties> apps,
        @DefaultValue("0s") Duration drain) {

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
     */
    public record AppProperties(
            @Nullable String token,
            @Nullable String aesKey,
            @Nullable String ownerKey,
            @Nullable Previous previous,
            @DefaultValue("success") SuiteCheckAnswer suiteCheckAnswer,
            @Nullable String clientId,
            @Nullable String clientSecret) {
        public AppProperties {
            token = unlessEmpty(token);
            aesKey = unlessEmpty(aesKey);
            ownerKey = unlessEmpty(ownerKey);
            clientId = unlessEmpty(clientId);
            clientSecret = unlessEmpty(clientSecret);
        }

        /** Without the secrets. */
        @Override
        public String toString() {
            return "App[ownerKey=" + ownerKey + ", suiteCheckAnswer=" + suiteCheckAnswer + ", clientId=" + clientId
                    + "]";
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
