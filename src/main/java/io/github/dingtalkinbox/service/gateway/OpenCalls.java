package io.github.dingtalkinbox.service.gateway;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/** Checks open calls and issues tickets. Safe for use by many threads. */
final class OpenCalls {
    private static final Pattern USER_AGENT = Pattern.compile("[\\w.-]+/[\\w.-]+");
    private static final Set<String> CALLBACKS = Set.of(
            "/v1.0/im/bot/messages/get",
            "/v1.0/card/instances/callback",
            "/v1.0/card/dynamicData/get",
            "/v1.0/graph/api/invoke");

    private final String clientId;
    private final Tickets tickets;
    private final Consumer<String> refusals;
    private final List<String> bodies = new ArrayList<>();
    private volatile String clientSecret;

    /** @param refusals is told what is wrong with each call that is refused */
    OpenCalls(GatewaySettings settings, Tickets tickets, Consumer<String> refusals) {
        this.clientId = settings.clientId();
        this.clientSecret = settings.clientSecret();
        this.tickets = tickets;
        this.refusals = refusals;
    }

    void rotateSecret(String secret) {
        clientSecret = secret;
    }

    /** The bodies of all calls so far. */
    List<String> bodies() {
        synchronized (bodies) {
            return List.copyOf(bodies);
        }
    }

    /** @param endpoint where the ticket is good */
    GatewayResponse answer(GatewayRequest request, OpenAnswer how, String endpoint) {
        synchronized (bodies) {
            bodies.add(request.body());
        }
        return switch (how) {
            case RIGHT, DRIPPING -> checked(request, endpoint);
            case WORTHLESS_TICKET -> opened(endpoint, Tickets.worthless());
            case AUTH_FAILED -> GatewayResponse.authFailed();
            case BAD_REQUEST ->
                new GatewayResponse(400, "text/plain;charset=UTF-8", "requestId: 15a2, app not published");
            case THROTTLED -> GatewayResponse.error(429, "Throttling", "too many requests");
            case UNAVAILABLE, NEVER -> GatewayResponse.error(503, "ServiceUnavailable", "service unavailable");
            case XML ->
                new GatewayResponse(
                        200,
                        "application/xml",
                        "<response><endpoint>" + endpoint + "</endpoint><ticket>" + tickets.issue()
                                + "</ticket></response>");
            case HTML ->
                new GatewayResponse(
                        400,
                        "text/html",
                        "<html><body>400 The plain HTTP request was sent to HTTPS port</body></html>");
        };
    }

    private GatewayResponse checked(GatewayRequest request, String endpoint) {
        if (!request.header("content-type").startsWith("application/json")
                || !request.header("accept").contains("application/json")) {
            return invalid("Content-Type and Accept have to be application/json");
        }
        JsonNode call;
        try {
            call = PlayedFrame.MAPPER.readTree(request.body());
        } catch (JacksonException e) {
            return invalid("the body is not JSON");
        }
        String agent = call.path("ua").asString("");
        if (!agent.isEmpty() && !USER_AGENT.matcher(agent).matches()) {
            return invalid("ua invalid");
        }
        if (!isRight(call.path("subscriptions"))) {
            return invalid("subscriptions invalid");
        }
        String id = call.path("clientId").asString("");
        if (!id.equals(clientId)) {
            refusals.accept("its Client ID is not " + clientId + " but " + (id.isEmpty() ? "missing" : id));
            return GatewayResponse.authFailed();
        }
        if (!call.path("clientSecret").asString("").equals(clientSecret)) {
            refusals.accept("its Client ID is right, but its Client Secret is wrong");
            return GatewayResponse.authFailed();
        }
        return opened(endpoint, tickets.issue());
    }

    private static boolean isRight(JsonNode subscriptions) {
        return subscriptions.isArray()
                && !subscriptions.isEmpty()
                && subscriptions.values().stream().allMatch(s -> {
                    String topic = s.path("topic").asString("");
                    return switch (s.path("type").asString("")) {
                        case "EVENT" -> topic.equals("*");
                        case "CALLBACK" -> CALLBACKS.contains(topic);
                        case "SYSTEM" -> Set.of("ping", "disconnect").contains(topic);
                        default -> false;
                    };
                });
    }

    private static GatewayResponse opened(String endpoint, String ticket) {
        return GatewayResponse.json(200, Map.of("endpoint", endpoint, "ticket", ticket));
    }

    private GatewayResponse invalid(String message) {
        refusals.accept(message);
        return GatewayResponse.error(400, "invalidParameter", message);
    }
}
