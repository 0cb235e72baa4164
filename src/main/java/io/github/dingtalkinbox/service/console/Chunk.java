package io.github.dingtalkinbox.service.console;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.springframework.web.servlet.function.ServerRequest;

/**
 * A page of a list.
 *
 * @param next where the next page begins; null: there is none
 * @param isCutOff whether the search stopped before the page was full, because it had read many rows; it continues at
 *     {@code next}
 */
record Chunk<T>(List<T> rows, @Nullable Position next, boolean isCutOff) {
    /**
     * The result of a search.
     *
     * @param limit of the rows of a page
     * @param cutOff where the search stopped because it had read many rows; only called if the page is not full
     */
    static <T> Chunk<T> of(
            List<T> rows, int limit, Function<T, Position> position, Supplier<@Nullable Position> cutOff) {
        if (rows.size() == limit) {
            return new Chunk<>(rows, position.apply(rows.get(limit - 1)), false);
        }
        Position end = cutOff.get();
        return new Chunk<>(rows, end, end != null);
    }

    /** The content of every page with a list. */
    Map<String, Object> model(ServerRequest request, @Nullable Position after) {
        Map<String, Object> model = new TreeMap<>();
        model.put("found", this);
        if (after != null) {
            model.put("firstUrl", Urls.without(request, "after"));
        }
        if (next != null) {
            model.put("nextUrl", Urls.with(request, "after", next.toString()));
        }
        return model;
    }
}
