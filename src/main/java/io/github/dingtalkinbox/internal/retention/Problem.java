package io.github.dingtalkinbox.internal.retention;

import java.util.List;

/**
 * What keeps a run from removing all that is due, and what to do about it.
 *
 * @param details what there is to be said about its kind, in the order in which the text names it
 */
public record Problem(Kind kind, List<Object> details) {
    public Problem {
        details = List.copyOf(details);
    }

    static Problem of(Kind kind, Object... details) {
        return new Problem(kind, List.of(details));
    }

    static Problem ofDay(String text) {
        return of(Kind.OF_DAY, text);
    }

    /** For people. */
    public String text() {
        return kind.text.formatted(details.toArray());
    }

    /** Exactly what it is. Whoever says it in another language goes by this, and by the details. */
    public enum Kind {
        SHORTER_THAN_GAP(
                "%s is %s, so nothing is removed by it: DingTalk delivered %s a second time after %s, and would"
                        + " have had it done twice. Set it to more than that."),
        SHORTER_THAN_WINDOW("%s is %s, so nothing is removed by it: events without an identity are duplicates for %s"
                + " (inbox.event-types[].window). Set it to more than that."),
        SHORTER_THAN_A_DAY(
                "%s is %s, so nothing is removed by it: DingTalk may deliver an event again within a day. Set"
                        + " it to at least %s."),
        NOT_SEALED_SO_FAR("Events since %s are old enough, but stay: only sealed days are removed, and sealing has not"
                + " come so far. Look at audit_seals and the log for why."),
        NOT_SEALED("Events since %s are old enough, but stay: only sealed days are removed, and there are no seals. Set"
                + " inbox.seal.key, and they are made."),
        FORBIDDEN("The role that it logs in with may not clean up: %s. Name one that may in inbox.retention.username."),
        BUSY("The cleanup runs already, by %s, which has its lock until %s at the latest."),
        BUSY_UNTIL_NOW("The cleanup runs already, elsewhere; it has ended just now."),
        STOPPED("It was stopped; the next run goes on."),
        LOCK_LOST("Its lock is lost, so it stopped; whoever has it goes on, or the next run."),
        DATABASE_FAILED("The database: %s. The next run goes on."),
        END_NOT_WRITTEN("How it ended could not be written into cleanup_runs: %s."),
        /** Of a day that stays, as the database or the archive has it: in English. */
        OF_DAY("%s");

        private final String text;

        Kind(String text) {
            this.text = text;
        }
    }
}
