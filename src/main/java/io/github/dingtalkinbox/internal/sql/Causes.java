package io.github.dingtalkinbox.internal.sql;

import java.util.Objects;
import java.util.stream.Stream;

/** A failure and its causes. */
public final class Causes {
    /** Limited, because causes may form a circle. */
    public static final int MOST = 50;

    private Causes() {}

    /** The failure itself first, then its causes, at most {@link #MOST} in all. */
    public static Stream<Throwable> of(Throwable failure) {
        return Stream.iterate(failure, Objects::nonNull, Throwable::getCause).limit(MOST);
    }
}
