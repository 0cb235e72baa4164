package io.github.dingtalkinbox.internal.seal;

import java.time.Instant;
import java.util.List;

/**
 * Something that a check of the seals has found.
 *
 * @param details what there is to be said about its kind, in the order in which the text names it
 */
public record SealFinding(Kind kind, List<Object> details) {
    public SealFinding {
        details = List.copyOf(details);
    }

    static SealFinding of(Kind kind, Object... details) {
        return new SealFinding(kind, List.of(details));
    }

    /** For people. */
    public String text() {
        return kind.text.formatted(details.toArray());
    }

    /** Exactly what it is. Whoever says it in another language goes by this, and by the details. */
    public enum Kind {
        MISSING("seal %s: it is missing, before %s"),
        SEVERAL_MISSING("seals %s to %s: they are missing, before %s"),
        UNKNOWN_KEY(
                "The key %s is not configured, so what was sealed with it cannot be checked, from seal %s of the hour"
                        + " %s on. Name it in inbox.seal.previous-keys. If there never was such a key, the seals are forged"),
        SEAL_CHANGED(
                "%s: the seal is not the one that was made for these columns and this place in the chain: it, or its"
                        + " row, was changed or put in the place of another"),
        EVENTS_CHANGED("%s: the events are %s, not those that were sealed: one or more were changed or exchanged"),
        EVENTS_REMOVED("%s: the events are %s, %s less than were sealed: removed, or moved from one hour or type to"
                + " another"),
        EVENTS_ADDED(
                "%s: the events are %s, %s more than were sealed: added, or moved from one hour or type to another"),
        WITHOUT_SEAL("hour %s, type %s: the events are %s, and there is no seal of them: they were added, or their seal"
                + " was removed"),
        BEFORE_THE_FIRST("%s events are dated before the first hour that was sealed, %s: they were added, or moved, or"
                + " the first seals were removed"),
        IN_THE_FUTURE("%s events are dated more than an hour into the future, where no seal reaches them: they were"
                + " added, or moved, or the database's clock was set back"),
        ALL_CUT_OFF("The chain is empty, but seal %s was kept as its head: what came last was cut off"),
        CUT_OFF("The chain ends with seal %s, hour %s, but seal %s was kept as its head: what came last was cut off"),
        NOT_THE_HEAD("%s: it is not the one that was kept: the chain was changed, or made anew");

        private final String text;

        Kind(String text) {
            this.text = text;
        }
    }

    /**
     * A detail: which seal it is about.
     *
     * @param type empty: no event was processed in the hour
     */
    public record Place(Instant hour, String type, long seal) {
        static Place of(Seal seal) {
            return new Place(seal.hour(), seal.eventType(), seal.number());
        }

        @Override
        public String toString() {
            return "hour " + hour + ", " + (type.isEmpty() ? "no type" : "type " + type) + ", seal " + seal;
        }
    }
}
