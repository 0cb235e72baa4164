package io.github.dingtalkinbox.service.simulator;

import io.github.dingtalkinbox.internal.text.Printable;
import io.github.dingtalkinbox.service.gateway.FrameAnswer;
import io.github.dingtalkinbox.service.gateway.FrameForm;
import io.github.dingtalkinbox.service.gateway.PlayedConnection;
import io.github.dingtalkinbox.service.gateway.PlayedFrame;
import io.github.dingtalkinbox.service.gateway.PlayedGateway;
import java.io.IOException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/** Sends deliveries as frames over the connections that the service has opened to the gateway. */
final class StreamCarrier implements Carrier {
    /** The fields of an HTTP push that a Stream frame has in its headers, or not at all. */
    private static final Set<String> NOT_IN_DATA = Set.of("EventType", "CorpId", "EventTime", "BizId", "eventId");

    private static final int LONGEST_DETAIL = 200;

    private final JsonMapper mapper = new JsonMapper();
    private final PlayedGateway gateway;
    private final Duration timeout;
    private final StreamSimulation simulation;
    private final FrameForms forms;

    StreamCarrier(PlayedGateway gateway, StreamSimulation simulation) {
        this.gateway = gateway;
        this.timeout = simulation.load().timeout();
        this.simulation = simulation;
        this.forms = new FrameForms(simulation.misbehaviours(), simulation.seed());
    }

    @Override
    public void awaitReady() throws InterruptedException {
        simulation.awaitConnection(gateway);
    }

    @Override
    public Trip send(Push push, int delivery) {
        List<PlayedConnection> open = connections();
        if (open.isEmpty()) {
            var none = new RefusedReply("No connection is open", "it has ended just now");
            return new Trip(gateway.baseUrl().toString(), CompletableFuture.completedFuture(CarriedReply.none(none)));
        }
        // The twin of an event goes over another connection if there is one.
        PlayedConnection chosen = open.get((push.event().number() + delivery - 1) % open.size());
        return new Trip(
                gateway.baseUrl() + "/connect#" + chosen.number(),
                send(frame(push.fields()), chosen)
                        .orTimeout(timeout.toNanos(), TimeUnit.NANOSECONDS)
                        .handle((answer, failure) -> answer == null
                                ? CarriedReply.none(notAnswered(failure))
                                : new CarriedReply(refusal(answer), answer.time())));
    }

    private List<PlayedConnection> connections() {
        if (forms.comesOnTheOldConnection()) {
            List<PlayedConnection> left = gateway.connections().stream()
                    .filter(PlayedConnection::isLeaving)
                    .toList();
            if (!left.isEmpty()) {
                simulation.misbehaviours().count(Misbehaviour.OLD_CONNECTION);
                return left;
            }
        }
        return gateway.openConnections();
    }

    private CompletableFuture<FrameAnswer> send(PlayedFrame frame, PlayedConnection chosen) {
        if (forms.comesTogether()) {
            return chosen.sendTogether(List.of(frame, PlayedFrame.ping("{}"))).get(0);
        }
        String messageId = chosen.newMessageId();
        if (forms.comesTwice()) {
            CompletableFuture<?> unused = chosen.send(frame, messageId, FrameForm.WHOLE);
        }
        return chosen.send(frame, messageId, forms.next());
    }

    private PlayedFrame frame(Map<String, Object> fields) {
        var data = new LinkedHashMap<>(fields);
        data.keySet().removeAll(NOT_IN_DATA);
        return PlayedFrame.event(
                text(fields, "EventType"),
                text(fields, "eventId"),
                text(fields, "CorpId"),
                Long.parseLong(text(fields, "EventTime")),
                mapper.writeValueAsString(data));
    }

    private static String text(Map<String, Object> fields, String name) {
        return String.valueOf(fields.get(name));
    }

    private static @Nullable RefusedReply refusal(FrameAnswer answer) {
        if (answer.isSuccess()) {
            return null;
        }
        String reason = answer.isLater() ? "Answered LATER" : "A wrong answer: " + answer.fault();
        return new RefusedReply(reason, "it is " + Printable.line(answer.text(), LONGEST_DETAIL));
    }

    private RefusedReply notAnswered(@Nullable Throwable failure) {
        return failure instanceof IOException
                ? new RefusedReply("The connection ended before the answer", "DingTalk would deliver it again")
                : RefusedReply.noneWithin(timeout);
    }
}
