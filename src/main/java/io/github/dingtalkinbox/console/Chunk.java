package io.github.dingtalkinbox.console;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A page of a list.
 *
 * @param next where the next page begins; null: there is none
 * @param isCutOff whether the search has ended before the page was full, because it had looked at enough; it goes on at
 *     {@code next}
 */
record Chunk<T>(List<T> rows, @Nullable Position next, boolean isCutOff) {}
