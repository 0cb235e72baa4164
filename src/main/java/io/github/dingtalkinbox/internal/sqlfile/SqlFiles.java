package io.github.dingtalkinbox.internal.sqlfile;

import static java.util.stream.Collectors.toUnmodifiableMap;

import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * The SQL files in use, by event type.
 *
 * @param all at most one for an event type
 */
record SqlFiles(List<SqlFile> all) {
    /** @param many whether to return those that take many events at once, or those that take one */
    Map<String, SqlFile> byType(boolean many) {
        return all.stream()
                .filter(file -> file.many() == many)
                .collect(toUnmodifiableMap(SqlFile::eventType, Function.identity()));
    }
}
