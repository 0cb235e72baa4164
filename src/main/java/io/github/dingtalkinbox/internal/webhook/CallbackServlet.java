package io.github.dingtalkinbox.internal.webhook;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.github.dingtalkinbox.DatabaseUnavailable;
import io.github.dingtalkinbox.Delivery;
import io.github.dingtalkinbox.Overloaded;
import io.github.dingtalkinbox.Transport;
import io.github.dingtalkinbox.internal.crypto.Envelope;
import io.github.dingtalkinbox.internal.text.Printable;
import io.github.dingtalkinbox.internal.transaction.EventContext;
import io.github.dingtalkinbox.internal.transaction.LoggedFailure;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.time.Clock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.web.filter.ServerHttpObservationFilter;

/**
 * The callback URL: {@code POST /dingtalk/callback/<app>}. What needs no secret is checked first: method, app, content
 * type, size, parameters.
 *
 * <p>Safe for use by many threads.
 */
final class CallbackServlet extends HttpServlet {
    private static final Logger log = LoggerFactory.getLogger(CallbackServlet.class);
    private final Apps apps;
    private final Entrance entrance;
    private final Drain drain;
    private final Clock clock;
    private final Bodies bodies = new Bodies();

    CallbackServlet(Apps apps, Entrance entrance, Drain drain, Clock clock) {
        this.apps = apps;
        this.entrance = entrance;
        this.drain = drain;
        this.clock = clock;
    }

    @Override
    protected void service(HttpServletRequest request, HttpServletResponse response) throws IOException {
        EventContext before = EventContext.current();
        try {
            serve(request, response);
        } finally {
            before.restore();
        }
    }

    private void serve(HttpServletRequest request, HttpServletResponse response) throws IOException {
        if (drain.refuses()) {
            response.setHeader("Connection", "close"); // the next one goes over a new connection, to another service
            refuse(response, CallbackProblem.STOPPING);
            return;
        }
        Envelope answer;
        try {
            answer = answer(request);
        } catch (Refused e) {
            log.warn(
                    "{} was answered {}. {}",
                    new Described(request),
                    e.problem().status(),
                    e.getMessage());
            refuse(response, e.problem());
            return;
        } catch (Overloaded e) {
            log.warn("{} was answered 503: {}", new Described(request), e.getMessage());
            refuse(response, CallbackProblem.OVERLOADED);
            return;
        } catch (DatabaseUnavailable e) {
            log.error(
                    "{} was answered 503, because the database is not available. Nothing is known to have taken effect; DingTalk"
                            + " delivers it again after 10 s, and after 30 s more",
                    new Described(request),
                    LoggedFailure.of(e));
            refuse(response, CallbackProblem.DATABASE_UNAVAILABLE);
            return;
        } catch (Throwable e) {
            log.error(
                    "{} was answered 500, because something has failed. It is not known whether it took effect; DingTalk"
                            + " delivers it again after 10 s, and after 30 s more",
                    new Described(request),
                    LoggedFailure.of(e));
            refuse(response, CallbackProblem.INTERNAL_ERROR);
            return;
        }
        // What fails here is the network: the event has taken effect, and its next delivery will be a duplicate.
        send(response, HttpServletResponse.SC_OK, "application/json", json(answer));
    }

    private Envelope answer(HttpServletRequest request) throws Exception {
        if (!request.getMethod().equals("POST")) {
            throw new Refused(CallbackProblem.METHOD_NOT_ALLOWED);
        }
        App app = app(request.getPathInfo());
        // Spring times and traces every request, and knows of no pattern but those of its own controllers.
        ServerHttpObservationFilter.findObservationContext(request).ifPresent(c -> c.setPathPattern(app.path()));
        CallbackRequest callback = CallbackRequest.read(request, bodies);
        Delivery delivery = new Delivery(Transport.HTTP, clock.instant(), request.getRemoteAddr());
        return entrance.answer(app, callback, delivery);
    }

    private App app(@Nullable String pathInfo) {
        String name = pathInfo == null || pathInfo.length() <= 1 ? Apps.DEFAULT : pathInfo.substring(1);
        App app = apps.find(name);
        if (app == null) {
            throw new Refused(CallbackProblem.UNKNOWN_APP, "The configured apps are " + apps.names());
        }
        return app;
    }

    private static void refuse(HttpServletResponse response, CallbackProblem problem) throws IOException {
        if (problem.equals(CallbackProblem.METHOD_NOT_ALLOWED)) {
            response.setHeader("Allow", "POST");
        }
        if (problem.equals(CallbackProblem.NOT_AUTHENTIC)) {
            response.setHeader("WWW-Authenticate", "DingTalk-Callback"); // a 401 must have one (RFC 9110, 15.5.2)
        }
        send(response, problem.status(), "application/problem+json", problem.toJson());
    }

    /** None of the four values can contain a character that JSON would escape. */
    private static String json(Envelope answer) {
        StringBuilder json = new StringBuilder(256).append('{');
        answer.toReply().forEach((name, value) -> json.append(json.length() == 1 ? "\"" : ",\"")
                .append(name)
                .append("\":\"")
                .append(value)
                .append('"'));
        return json.append('}').toString();
    }

    private static void send(HttpServletResponse response, int status, String contentType, String json)
            throws IOException {
        byte[] body = json.getBytes(UTF_8);
        response.setStatus(status);
        response.setContentType(contentType);
        response.setContentLength(body.length);
        response.getOutputStream().write(body);
    }

    /** A request as the log names it: without its query, which is of no use to anybody but a forger. */
    private record Described(HttpServletRequest request) {
        @Override
        public String toString() {
            return Printable.line(
                    "A " + request.getMethod() + " of " + request.getRequestURI() + " from " + request.getRemoteAddr());
        }
    }
}
