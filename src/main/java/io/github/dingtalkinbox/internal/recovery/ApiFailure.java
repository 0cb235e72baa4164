package io.github.dingtalkinbox.internal.recovery;

import io.github.dingtalkinbox.internal.text.Printable;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** A call of DingTalk's API failed. The message says what to do, and never contains a key, secret or token. */
final class ApiFailure extends RuntimeException {
    private static final int LONGEST_MESSAGE = 300;

    private final Reason reason;

    private ApiFailure(Reason reason, String message, @Nullable Throwable cause) {
        super(message, cause);
        this.reason = reason;
    }

    /** DingTalk answered that the call failed. */
    static ApiFailure of(Call call, Answer answer) {
        Reason reason = Reason.of(call, answer.code());
        return new ApiFailure(
                reason,
                call.path + " failed with " + Printable.line(answer.code() + " " + answer.message(), LONGEST_MESSAGE)
                        + ": " + reason.advice,
                null);
    }

    /** The answer did not come from the API, or cannot be read. */
    static ApiFailure notUnderstood(Call call, int status, String why) {
        Reason reason = status == 429 ? Reason.THROTTLED : status >= 500 ? Reason.BUSY : Reason.NOT_DINGTALK;
        return new ApiFailure(
                reason, call.path + " was answered HTTP " + status + ", " + why + ": " + reason.advice, null);
    }

    /** There was no answer. */
    static ApiFailure unreachable(Call call, Exception cause) {
        return new ApiFailure(
                Reason.UNREACHABLE,
                call.path + " was not answered (" + cause.getClass().getSimpleName() + "): "
                        + Reason.UNREACHABLE.advice,
                cause);
    }

    Reason reason() {
        return reason;
    }

    enum Call {
        TOKEN("/gettoken"),
        FAILED_CALLBACKS("/call_back/get_call_back_failed_result");

        final String path;

        Call(String path) {
            this.path = path;
        }
    }

    /** Why it failed, by {@code errcode}. (DingTalk's page "server-api-error-codes"; its messages may change.) */
    enum Reason {
        BAD_CREDENTIALS(
                "check inbox.apps.<name>.client-id and .client-secret: they must be the Client ID and Client Secret"
                        + " of one internal app (third-party apps get their tokens in another way and cannot be polled)"),
        TOKEN_INVALID(
                "the token was refused, and a fresh one too; the next poll tries again. If this continues, check that"
                        + " no proxy changes the URL"),
        NO_PERMISSION(
                "in DingTalk's console, give the app the permission qyapi_base (调用企业API的基本权限) under its permission"
                        + " management, and publish it"),
        IP_NOT_ALLOWED(
                "in DingTalk's console, add the address that this machine has on the internet to the app's server"
                        + " egress IPs (服务器出口IP)"),
        APP_STOPPED("the app is stopped: start it in DingTalk's console, or remove its client-id here"),
        THROTTLED(
                "there were too many calls; the next poll tries again. If this continues, make inbox.recovery.interval"
                        + " longer, or find out what else calls DingTalk with this app"),
        BUSY("DingTalk is busy; the next poll tries again"),
        NOT_DINGTALK("check inbox.recovery.base-url, and that no proxy answers in DingTalk's place"),
        UNREACHABLE("check the network, the proxy and its login (inbox.proxy.url, inbox.proxy.username), and"
                + " inbox.recovery.base-url; the next poll tries again"),
        OTHER("see errcode in DingTalk's list of error codes"
                + " (https://open.dingtalk.com/document/development/server-api-error-codes-1)");

        private static final Set<String> INVALID = Set.of("40001", "40014", "41001", "42001", "33001", "43007");
        private static final Set<String> WRONG =
                Set.of("40001", "40002", "40013", "40035", "40089", "40096", "41002", "41004");
        /** The codes 90001 to 90017 each name another limit. */
        private static final Pattern LIMIT = Pattern.compile("900(0[1-9]|1\\d)");

        private final String advice;

        Reason(String advice) {
            this.advice = advice;
        }

        /** Whether it may pass without anyone acting. */
        boolean isTemporary() {
            return this == TOKEN_INVALID || this == THROTTLED || this == BUSY || this == UNREACHABLE;
        }

        private static Reason of(Call call, String code) {
            if (call == Call.TOKEN && WRONG.contains(code)) {
                return BAD_CREDENTIALS;
            }
            if (call == Call.FAILED_CALLBACKS && INVALID.contains(code)) {
                return TOKEN_INVALID;
            }
            return switch (code) {
                case "60011" -> NO_PERMISSION;
                case "60020" -> IP_NOT_ALLOWED;
                case "50003" -> APP_STOPPED;
                case "-1" -> BUSY;
                default -> LIMIT.matcher(code).matches() ? THROTTLED : OTHER;
            };
        }
    }
}
