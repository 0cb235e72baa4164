package io.github.dingtalkinbox.internal.retention;

import io.github.dingtalkinbox.internal.retention.CleanupRuns.Floor;
import io.github.dingtalkinbox.internal.text.Message;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * The retention periods of a run, and their lower limit.
 *
 * @param isByOption whether the periods are those of {@code --older-than}
 */
record RetentionLimits(Periods events, Periods duplicates, boolean isByOption, Floor floor) {
    Periods of(RetentionTable table) {
        return table == RetentionTable.DUPLICATE_DELIVERIES ? duplicates : events;
    }

    /** The days without the types whose retention is too short. */
    List<DueDay> permitted(RetentionTable table, List<DueDay> due) {
        if (table == RetentionTable.IDENTITY_WINDOWS) {
            return due;
        }
        return due.stream()
                .map(day -> day.only(day.types().stream()
                        .filter(type -> !isTooShort(of(table).of(type)))
                        .toList()))
                .filter(day -> !day.rows().isEmpty())
                .toList();
    }

    private boolean isTooShort(Duration period) {
        return period.compareTo(floor.floor()) < 0;
    }

    /** What is refused, even if nothing is due. */
    List<Message> refusals() {
        List<Message> refusals = new ArrayList<>();
        for (Periods periods : List.of(events, duplicates)) {
            if (isTooShort(periods.others())) {
                refusals.add(refusal(
                        isByOption ? "--older-than" : "inbox.retention." + periods.property(), periods.others()));
            }
            periods.byType().forEach((type, period) -> {
                if (isTooShort(period)) {
                    refusals.add(refusal(periods.propertyOf(type), period));
                }
            });
        }
        return refusals.stream().distinct().toList();
    }

    private Message refusal(String property, Duration period) {
        if (floor.floor().equals(floor.largestGap())) {
            return Message.of(
                    "problem.shorter-than-gap",
                    property,
                    text(period),
                    String.valueOf(floor.gapEventId()),
                    text(floor.largestGap()));
        }
        return floor.floor().equals(floor.longestWindow())
                ? Message.of("problem.shorter-than-window", property, text(period), text(floor.longestWindow()))
                : Message.of("problem.shorter-than-a-day", property, text(period), text(floor.floor()));
    }

    /** As it is written in a property, if possible. */
    static String text(Duration duration) {
        if (duration.toMillis() % Duration.ofDays(1).toMillis() == 0) {
            return duration.toDays() + "d";
        }
        return duration.compareTo(Duration.ofDays(2)) > 0
                ? duration.toDays() + "d " + text(duration.minusDays(duration.toDays()))
                : duration.toString().substring(2).toLowerCase(java.util.Locale.ROOT);
    }
}
