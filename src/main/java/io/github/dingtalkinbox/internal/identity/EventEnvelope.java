package io.github.dingtalkinbox.internal.identity;

import static java.util.stream.Collectors.toUnmodifiableSet;

import io.github.dingtalkinbox.Event;
import io.github.dingtalkinbox.Payload;
import io.github.dingtalkinbox.internal.json.JsonText;
import io.github.dingtalkinbox.internal.json.Utf8;
import java.util.List;
import java.util.Set;
import tools.jackson.databind.JsonNode;

/**
 * What surrounds the body of an event. In a callback it stands among the fields of the body; a Stream frame has it in
 * its headers, and the list of failed callbacks around the event, or not at all.
 */
public final class EventEnvelope {
    /**
     * Its fields in a callback: those that DingTalk's samples of callbacks have and those of Stream frames have not
     * ({@code EventType}, {@code EventTime}, {@code CorpId}, {@code BizId}, {@code eventId}), and the same in other
     * spellings: in callbacks of approvals to the whole organisation ({@code corpId}), in those of contacts ({@code
     * TimeStamp}), in those of group chats, which say it twice ({@code eventType}, {@code corpId}), and in the list of
     * failed callbacks ({@code corpid}). A {@code timeStamp} belongs to the body: the sample of a Stream frame has it, too.
     */
    static final List<String> FIELDS = List.of(
            "EventType", "eventType", "EventTime", "TimeStamp", "CorpId", "corpId", "corpid", "BizId", "eventId");

    private EventEnvelope() {}

    /**
     * Whether two deliveries by different transports say the same. A field of the envelope counts only if both have it:
     * where two say different things, that is a difference. What the transport of one has beside the payload has to be
     * equal as well, but for the time: a callback says when the event happened, and a frame when it was made.
     */
    public static boolean isSameWithin(Event one, Event other) {
        return one.type().equals(other.type())
                && (one.corpId().equals(other.corpId())
                        || one.corpId().isEmpty()
                        || other.corpId().isEmpty())
                && isSameWithin(one.payload(), other.payload());
    }

    private static boolean isSameWithin(Payload one, Payload other) {
        if (one.sameAs(other)) {
            return true;
        }
        JsonNode inOne = one.asSent();
        JsonNode inOther = other.asSent();
        if (!inOne.isObject() || !inOther.isObject()) {
            return false;
        }
        Set<String> inOnlyOne = FIELDS.stream()
                .filter(field -> inOne.has(field) != inOther.has(field))
                .collect(toUnmodifiableSet());
        return !inOnlyOne.isEmpty() && without(inOnlyOne, one).sameAs(without(inOnlyOne, other));
    }

    /** From the text, because a tree has lost repeated keys and broken characters. */
    private static Payload without(Set<String> fields, Payload payload) {
        byte[] raw = payload.raw();
        String text = raw == null ? payload.jsonb() : Utf8.decode(raw);
        return Payload.read(JsonText.withoutMembers(JsonText.withoutMark(text), fields));
    }
}
