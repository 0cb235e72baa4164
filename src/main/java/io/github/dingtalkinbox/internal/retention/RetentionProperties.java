package io.github.dingtalkinbox.internal.retention;

import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.scheduling.support.CronExpression;
import org.springframework.util.StringUtils;

/**
 * The properties {@code inbox.retention.*}. A period that is too short does not prevent the start: the cleanup refuses
 * it, and callbacks are still received.
 *
 * @param events How long processed events are kept, and what belongs to them.
 * @param duplicates How long duplicate deliveries are kept.
 * @param eventTypes Other periods for single event types.
 * @param schedule When the cleanup runs, as a cron expression of Spring: second, minute, hour, day, month, day of the
 *     week. The word elsewhere: a job of its own does it. A hyphen: nobody does.
 * @param archive Folder to which rows are written before they are removed. Not set: they are not archived.
 * @param batchSize Rows that are removed in one transaction.
 * @param pause Least time between two of these transactions.
 * @param username Role that removes rows. Not set, or empty: the application's own.
 * @param password Password of that role.
 */
@ConfigurationProperties("inbox.retention")
public record RetentionProperties(
        @DefaultValue("30d") Duration events,
        @DefaultValue("90d") Duration duplicates,
        @DefaultValue List<TypePeriods> eventTypes,
        @DefaultValue("0 30 3 * * *") String schedule,
        @Nullable Path archive,
        @DefaultValue("2000") int batchSize,
        @DefaultValue("50ms") Duration pause,
        @Nullable String username,
        @Nullable String password) {

    private static final String NEVER = "-";

    /** By a command or a job of its own: this process does not clean up, and relies on that somebody does. */
    private static final String ELSEWHERE = "elsewhere";

    private static final int LARGEST_BATCH = 10_000;

    public RetentionProperties {
        requireUsable(eventTypes);
        if (isTime(schedule) && !CronExpression.isValidExpression(schedule)) {
            throw new IllegalArgumentException("inbox.retention.schedule must be six fields (second, minute, hour, day,"
                    + " month, day of the week) such as 0 30 3 * * *, elsewhere (a job of its own), or - for never, but is "
                    + schedule);
        }
        if (batchSize < 1 || batchSize > LARGEST_BATCH) {
            throw new IllegalArgumentException(
                    "inbox.retention.batch-size must be 1 to " + LARGEST_BATCH + ", but is " + batchSize);
        }
        if (pause.isNegative()) {
            throw new IllegalArgumentException("inbox.retention.pause must not be negative, but is " + pause);
        }
        // A compose file or a manifest passes an unset variable as an empty one.
        username = StringUtils.hasText(username) ? username : null;
        password = StringUtils.hasText(password) ? password : null;
        if (password != null && username == null) {
            throw new IllegalArgumentException("inbox.retention.password is set, but inbox.retention.username is not");
        }
    }

    /** Whether a schedule says when, and not that another process cleans up, or none. */
    static boolean isTime(String schedule) {
        return !schedule.equals(NEVER) && !schedule.equals(ELSEWHERE);
    }

    /** Whether anybody cleans up. */
    boolean removes() {
        return !schedule.equals(NEVER);
    }

    /**
     * The periods of one event type.
     *
     * @param name DingTalk's {@code EventType}
     * @param events how long its events are kept. Not set: as all others
     * @param duplicates how long its duplicate deliveries are kept. Not set: as all others
     */
    public record TypePeriods(
            @Nullable String name,
            @Nullable Duration events,
            @Nullable Duration duplicates) {}

    private static void requireUsable(List<TypePeriods> eventTypes) {
        Set<String> names = new HashSet<>();
        for (TypePeriods type : eventTypes) {
            String name = type.name();
            if (name == null || name.isBlank()) {
                throw new IllegalArgumentException(
                        "inbox.retention.event-types needs a name in every entry, such as user_modify_org");
            }
            if (!names.add(name)) {
                throw new IllegalArgumentException(
                        "inbox.retention.event-types names " + name + " twice: put its periods into one entry");
            }
        }
    }
}
