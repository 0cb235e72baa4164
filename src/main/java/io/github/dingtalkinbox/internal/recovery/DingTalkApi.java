package io.github.dingtalkinbox.internal.recovery;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.github.dingtalkinbox.internal.apps.AppKeys.Keys;
import io.github.dingtalkinbox.internal.http.BaseUrl;
import io.github.dingtalkinbox.internal.http.Http;
import io.github.dingtalkinbox.internal.http.Http.Response;
import io.github.dingtalkinbox.internal.recovery.ApiFailure.Call;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpRequest;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * The two calls of DingTalk's API that the poll needs, for one internal app (企业内部应用), with its access token.
 * (DingTalk's pages "obtain-orgapp-token" and "obtain-the-event-list-of-failed-push-messages".) A third-party app would
 * need a token for each organisation, made from the suite's ticket: that is not supported.
 *
 * <p>For one thread at a time.
 */
final class DingTalkApi {
    /** A token is replaced this long before it expires. */
    private static final Duration MARGIN = Duration.ofMinutes(5);

    /** The documented lifetime, for an answer that does not name one. */
    private static final long USUAL_SECONDS = 7200;

    private final Http http;
    private final URI baseUrl;
    private final Keys keys;
    private final Clock clock;
    private volatile @Nullable AccessToken token;

    DingTalkApi(Http http, URI baseUrl, Keys keys, Clock clock) {
        this.http = http;
        this.baseUrl = baseUrl;
        this.keys = keys;
        this.clock = clock;
    }

    /**
     * The access token, fetched if there is none or it is about to expire.
     *
     * @throws ApiFailure if DingTalk gives none
     */
    String token() throws InterruptedException {
        AccessToken known = token;
        if (known != null && clock.instant().isBefore(known.until())) {
            return known.value();
        }
        AccessToken fresh = fetchToken();
        token = fresh;
        return fresh.value();
    }

    /** Makes the next {@link #token()} fetch a new one: DingTalk refused this one before its time. */
    void forgetToken() {
        token = null;
    }

    /**
     * Pulls the next page of failed callbacks. DingTalk then forgets the page before, so that must be stored already.
     *
     * @throws ApiFailure if there was no answer. An answer that says that the call failed is returned
     */
    Response failedCallbacks(String token) throws InterruptedException {
        return get(Call.FAILED_CALLBACKS, "access_token=" + encoded(token));
    }

    private AccessToken fetchToken() throws InterruptedException {
        Instant now = clock.instant();
        Response response =
                get(Call.TOKEN, "appkey=" + encoded(keys.clientId()) + "&appsecret=" + encoded(keys.clientSecret()));
        Answer answer;
        try {
            answer = Answer.read(response.body());
        } catch (UnreadableAnswer e) {
            throw ApiFailure.notUnderstood(Call.TOKEN, response.status(), "but " + e.getMessage());
        }
        if (!answer.isSuccess()) {
            throw ApiFailure.of(Call.TOKEN, answer);
        }
        String value = answer.text("access_token");
        if (value.isEmpty()) {
            throw ApiFailure.notUnderstood(Call.TOKEN, response.status(), "but without an access_token");
        }
        return new AccessToken(value, now.plus(usable(answer.text("expires_in"))));
    }

    private static Duration usable(String expiresIn) {
        long seconds = expiresIn.matches("\\d{1,9}") ? Long.parseLong(expiresIn) : USUAL_SECONDS;
        Duration lifetime = Duration.ofSeconds(seconds);
        return lifetime.compareTo(MARGIN.multipliedBy(2)) > 0 ? lifetime.minus(MARGIN) : lifetime.dividedBy(2);
    }

    private Response get(Call call, String query) throws InterruptedException {
        try {
            return http.send(HttpRequest.newBuilder(BaseUrl.of(baseUrl, call.path + "?" + query)));
        } catch (IOException e) {
            throw ApiFailure.unreachable(call, e);
        }
    }

    private static String encoded(String value) {
        return URLEncoder.encode(value, UTF_8);
    }

    /** @param until when to replace it */
    private record AccessToken(String value, Instant until) {
        /** Without the secret. */
        @Override
        public String toString() {
            return "Token[until=" + until + "]";
        }
    }
}
