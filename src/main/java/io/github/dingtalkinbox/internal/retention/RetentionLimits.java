package io.github.dingtalkinbox.internal.retention;

import io.github.dingtalkinbox.internal.retention.CleanupRuns.Floor;
import io.github.dingtalkinbox.internal.text.Message;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * How long what is kept in a run.
 *
 * @param isByOption whether the times of {@code --older-than} are in force
 * @param floor what nobody may keep for less
 */
record RetentionLimits(Periods events, Periods duplicates, boolean isByOption, Floor floor) {
    Periods of(RetentionTable table) {
        return table == RetentionTable.DUPLICATE_DELIVERIES ? duplicates : events;
    }

    /** Those days, without the types that are to be kept for too short a time. */
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

    /** What is refused, whether there is something due or not. */
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

    /** As it is written in a property, if it can be. */
    static String text(Duration duration) {
        if (duration.toMillis() % Duration.ofDays(1).toMillis() == 0) {
            return duration.toDays() + "d";
        }
        return duration.compareTo(Duration.ofDays(2)) > 0
                ? duration.toDays() + "d " + text(duration.minusDays(duration.toDays()))
                : duration.toString().substring(2).toLowerCase(java.util.Locale.ROOT);
    }
}
