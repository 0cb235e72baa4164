package io.github.dingtalkinbox.bench.http;

import io.github.dingtalkinbox.bench.Median;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** Runs of one kind, as fast as they are answered. */
final class Series {
    /** A guess, for the first run alone. */
    private static final double UNKNOWN_RATE = 4000;

    private final String name;
    private final Kind kind;
    private final List<Measured> runs = new ArrayList<>();
    private double rate = UNKNOWN_RATE;

    Series(String name, Kind kind) {
        this.name = name;
        this.kind = kind;
    }

    /** Not counted. */
    void warmUp(Duration time) throws Exception {
        run(time);
        runs.clear();
    }

    /** A run of about that time, with twice what the run before it took: it does not run out of deliveries. */
    void run(Duration time) throws Exception {
        int enough = (int) (2 * rate * time.toSeconds());
        Measured measured = kind.run(enough, new Pace.AsAnswered(time));
        rate = measured.rate();
        runs.add(measured);
    }

    /** Of the run of this number, from 0. */
    double rate(int number) {
        return runs.get(number).rate();
    }

    /** The median of the ratios to the other series, run by run. */
    double ratioTo(Series other) {
        List<Double> ratios = new ArrayList<>();
        for (int n = 0; n < runs.size(); n++) {
            ratios.add(rate(n) / other.rate(n));
        }
        return Median.of(ratios);
    }

    String name() {
        return name;
    }

    double medianRate() {
        return Median.of(runs.stream().map(Measured::rate).toList());
    }

    /** The run in the middle, as a row of a table. */
    String medianRow() {
        return runs.stream()
                .sorted(Comparator.comparing(Measured::rate))
                .toList()
                .get(runs.size() / 2)
                .row(name);
    }

    /** All runs, as rows of a table. */
    String rows() {
        StringBuilder rows = new StringBuilder();
        runs.forEach(run -> rows.append(run.row(name)));
        return rows.toString();
    }

    /** What a run does. */
    interface Kind {
        /** Does no more than so many, at this pace. */
        Measured run(int count, Pace.AsAnswered pace) throws Exception;
    }
}
