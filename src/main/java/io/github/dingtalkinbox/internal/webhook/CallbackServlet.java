package io.github.dingtalkinbox.internal.webhook;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.github.dingtalkinbox.DatabaseUnavailable;
import io.github.dingtalkinbox.Delivery;
import io.github.dingtalkinbox.Event;
import io.github.dingtalkinbox.NotAnEvent;
import io.github.dingtalkinbox.Overloaded;
import io.github.dingtalkinbox.Receiver;
import io.github.dingtalkinbox.Transport;
import io.github.dingtalkinbox.internal.crypto.Envelope;
import io.github.dingtalkinbox.internal.crypto.EnvelopeException;
import io.github.dingtalkinbox.internal.crypto.OwnerKeyMismatch;
import io.github.dingtalkinbox.internal.identity.EventReader;
import io.github.dingtalkinbox.internal.text.Flood;
import io.github.dingtalkinbox.internal.text.Printable;
import io.github.dingtalkinbox.internal.transaction.EventContext;
import io.github.dingtalkinbox.internal.transaction.LoggedFailure;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.web.filter.ServerHttpObservationFilter;

/**
 * The callback URL, {@code POST /dingtalk/callback/<app>}, from a request to its answer: read the envelope, open it,
 * read its events, pass them to the receiver, encrypt {@code success}. Checks that need no secret come first: method,
 * app, content type, size, parameters. Events of unknown types and duplicates get the same answer, because DingTalk has
 * done its part.
 */
final class CallbackServlet extends HttpServlet {
    private static final Logger log = LoggerFactory.getLogger(CallbackServlet.class);
    private static final String SUCCESS = "success";
    private static final String CHECK_CREATE_SUITE_URL = "check_create_suite_url";

    private final Apps apps;
    private final EventReader reader;
    private final Receiver receiver;
    private final OldCaptures oldCaptures;
    private final Drain drain;
    private final Clock clock;
    private final EnvelopeReader envelopes = new EnvelopeReader(System::nanoTime);
    private final Map<CallbackProblem, Flood> floods = new ConcurrentHashMap<>();

    CallbackServlet(
            Apps apps, EventReader reader, Receiver receiver, OldCaptures oldCaptures, Drain drain, Clock clock) {
        this.apps = apps;
        this.reader = reader;
        this.receiver = receiver;
        this.oldCaptures = oldCaptures;
        this.drain = drain;
        this.clock = clock;
    }

    @Override
    protected void service(HttpServletRequest request, HttpServletResponse response) throws IOException {
        if (drain.refuses()) {
            response.setHeader("Connection", "close"); // so that the next one opens a new connection, to another node
            refuse(response, CallbackProblem.STOPPING);
            return;
        }
        EventContext before = EventContext.current();
        Envelope reply;
        try {
            App app = app(request);
            Envelope envelope = envelopes.read(request);
            Delivery delivery = new Delivery(Transport.HTTP, clock.instant(), request.getRemoteAddr());
            App.Opened opened = app.open(envelope);
            List<Event> events = reader.read(app.name(), opened.text(), delivery);
            EventContext.enter(events);
            String check = answerToCheck(app, opened, events.get(0));
            if (check == null) {
                oldCaptures.refuse(envelope, events, delivery.receivedAt());
                receiver.receive(events);
            }
            String said = check == null ? SUCCESS : check;
            reply = opened.crypto().seal(said.getBytes(UTF_8), Long.toString(clock.millis()));
        } catch (Throwable failure) {
            CallbackProblem problem = problem(failure);
            report(request, problem, failure);
            refuse(response, problem);
            return;
        } finally {
            before.restore();
        }
        // A failure here is one of the network: the event has taken effect, and its next delivery is a duplicate.
        send(response, HttpServletResponse.SC_OK, "application/json", reply.toReply());
    }

    private App app(HttpServletRequest request) {
        if (!request.getMethod().equals("POST")) {
            throw new Refused(CallbackProblem.METHOD_NOT_ALLOWED);
        }
        String path = request.getPathInfo();
        App app = apps.find(path == null || path.length() <= 1 ? Apps.DEFAULT : path.substring(1));
        if (app == null) {
            throw new Refused(CallbackProblem.UNKNOWN_APP, "The configured apps are " + apps.names());
        }
        // Spring times and traces every request, but knows only the patterns of its own controllers.
        ServerHttpObservationFilter.findObservationContext(request).ifPresent(c -> c.setPathPattern(app.path()));
        return app;
    }

    /**
     * The plaintext answer to an event that only checks the callback URL; otherwise null. A check leaves no record:
     * anyone who saves the URL a second time must get an answer a second time, even while the database is down.
     * (DingTalk's pages "test-callback-url-events", "validating-and-updating-callback-url-events",
     * "app-callback-url-update".)
     */
    private static @Nullable String answerToCheck(App app, App.Opened opened, Event event) {
        OwnerKeyMismatch unlessSuiteCheck = opened.unlessSuiteCheck();
        if (unlessSuiteCheck != null && !event.type().equals(CHECK_CREATE_SUITE_URL)) {
            throw unlessSuiteCheck;
        }
        return switch (event.type()) {
            case "check_url" -> SUCCESS;
            case CHECK_CREATE_SUITE_URL, "check_update_suite_url" -> {
                String random = event.payload().json().path("Random").asString("");
                yield app.answersSuiteChecksWithRandom() && !random.isEmpty() ? random : SUCCESS;
            }
            default -> null;
        };
    }

    /** What the sender is told of a failure. */
    private static CallbackProblem problem(Throwable failure) {
        if (failure instanceof Refused refused) {
            return refused.problem();
        }
        if (failure instanceof EnvelopeException) {
            return CallbackProblem.NOT_AUTHENTIC;
        }
        if (failure instanceof NotAnEvent) {
            return CallbackProblem.NOT_AN_EVENT;
        }
        if (failure instanceof Overloaded) {
            return CallbackProblem.OVERLOADED;
        }
        return failure instanceof DatabaseUnavailable
                ? CallbackProblem.DATABASE_UNAVAILABLE
                : CallbackProblem.INTERNAL_ERROR;
    }

    /** Tells the operator. What may happen to every callback at once is told of the first of them, and then summed up. */
    private void report(HttpServletRequest request, CallbackProblem problem, Throwable failure) {
        boolean isOurs = problem.status() >= HttpServletResponse.SC_INTERNAL_SERVER_ERROR;
        if (isOurs && !floods.computeIfAbsent(problem, CallbackServlet::flood).admits()) {
            return;
        }
        // Without its query, which would only help a forger.
        String described = Printable.line(
                "A " + request.getMethod() + " of " + request.getRequestURI() + " from " + request.getRemoteAddr());
        if (problem.equals(CallbackProblem.DATABASE_UNAVAILABLE) || problem.equals(CallbackProblem.INTERNAL_ERROR)) {
            log.error(
                    "{} is answered {}. {}: {}. It is not known whether it took effect; DingTalk delivers it again after"
                            + " 10 s, and after 30 s more",
                    described,
                    problem.status(),
                    problem.title(),
                    LoggedFailure.inWords(failure),
                    LoggedFailure.trace(failure));
        } else {
            String isKnown = failure instanceof NotAnEvent ? "It is authentic, but not an event: " : "";
            log.warn("{} is answered {}. {}{}", described, problem.status(), isKnown, failure.getMessage());
        }
    }

    private static Flood flood(CallbackProblem problem) {
        return new Flood(
                more -> log.error("{} more callbacks were answered {}. {}", more, problem.status(), problem.title()));
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

    private static void send(HttpServletResponse response, int status, String contentType, String json)
            throws IOException {
        byte[] body = json.getBytes(UTF_8);
        response.setStatus(status);
        response.setContentType(contentType);
        response.setContentLength(body.length);
        response.getOutputStream().write(body);
    }
}
