package io.github.dingtalkinbox.internal.sqlfile;

import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.toList;

import io.github.dingtalkinbox.BatchEventHandler;
import io.github.dingtalkinbox.Event;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import javax.sql.DataSource;

/**
 * Runs the SQL files that take many events: each once, for all events of its type in the order of their arrival. The
 * files run in the order of their types, the same in every transaction, which avoids deadlocks.
 */
final class SqlFileBatchHandler implements BatchEventHandler {
    private final Map<String, SqlFile> files;
    private final DataSource dataSource;

    SqlFileBatchHandler(SqlFiles files, DataSource dataSource) {
        this.files = files.byType(true);
        this.dataSource = dataSource;
    }

    @Override
    public boolean handles(Event event) {
        return files.containsKey(event.type());
    }

    @Override
    public void handleAll(List<Event> events) {
        events.stream()
                .collect(groupingBy(Event::type, TreeMap::new, toList()))
                .forEach((type, ofType) ->
                        Objects.requireNonNull(files.get(type)).run(dataSource, ofType));
    }
}
