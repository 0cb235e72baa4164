package io.github.dingtalkinbox.retention;

import io.github.dingtalkinbox.retention.CleanupRuns.Floor;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * How long what is kept in a run.
 *
 * @param isByOption whether the times of {@code --older-than} are in force
 * @param floor what nobody may keep for less
 */
record Limits(Periods events, Periods duplicates, boolean isByOption, Floor floor) {
    Periods of(Swept table) {
        return table == Swept.DUPLICATE_DELIVERIES ? duplicates : events;
    }

    /** Those days, without the types that are to be kept for too short a time. */
    List<DueDay> permitted(Swept table, List<DueDay> due) {
        if (table == Swept.IDENTITY_WINDOWS) {
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
    List<String> refusals() {
        List<String> refusals = new ArrayList<>();
        for (Periods periods : List.of(events, duplicates)) {
            if (isTooShort(periods.others())) {
                refusals.add(
                        refusal(isByOption ? "--older-than" : "retention." + periods.property(), periods.others()));
            }
            periods.byType().forEach((type, period) -> {
                if (isTooShort(period)) {
                    refusals.add(refusal(periods.propertyOf(type), period));
                }
            });
        }
        return refusals.stream().distinct().toList();
    }

    private String refusal(String property, Duration period) {
        String stays = property + " is " + text(period) + ", so nothing is removed by it: ";
        if (floor.floor().equals(floor.largestGap())) {
            return stays + "DingTalk delivered " + floor.gapEventId() + " a second time after "
                    + text(floor.largestGap()) + ", and would have had it done twice. Set it to more than that.";
        }
        if (floor.floor().equals(floor.longestWindow())) {
            return stays + "events without an identity are duplicates for " + text(floor.longestWindow())
                    + " (inbox.event-types[].window). Set it to more than that.";
        }
        return stays + "DingTalk may deliver an event again within a day. Set it to at least " + text(floor.floor())
                + ".";
    }

    /** As one writes it in a property, as far as it goes. */
    static String text(Duration duration) {
        if (duration.toMillis() % Duration.ofDays(1).toMillis() == 0) {
            return duration.toDays() + "d";
        }
        return duration.compareTo(Duration.ofDays(2)) > 0
                ? duration.toDays() + "d " + text(duration.minusDays(duration.toDays()))
                : duration.toString().substring(2).toLowerCase(java.util.Locale.ROOT);
    }
}
