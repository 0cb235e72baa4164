package io.github.dingtalkinbox.bench;

import java.util.List;

/** The middle one, which a single odd run does not move. */
public final class Median {
    private Median() {}

    /** The upper one of the two in the middle, if their number is even. */
    public static double of(List<Double> values) {
        return values.stream().sorted().toList().get(values.size() / 2);
    }
}
