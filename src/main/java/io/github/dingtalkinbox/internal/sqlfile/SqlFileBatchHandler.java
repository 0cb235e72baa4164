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
record SqlFileBatchHandler(Map<String, SqlFile> files, DataSource dataSource) implements BatchEventHandler {
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
