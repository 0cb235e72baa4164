package io.github.dingtalkinbox.internal.sqlfile;

import io.github.dingtalkinbox.Event;
import io.github.dingtalkinbox.EventHandler;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import javax.sql.DataSource;

/** Runs the SQL files that take one event. */
record SqlFileHandler(Map<String, SqlFile> files, DataSource dataSource) implements EventHandler {
    @Override
    public boolean handles(Event event) {
        return files.containsKey(event.type());
    }

    @Override
    public void handle(Event event) {
        Objects.requireNonNull(files.get(event.type())).run(dataSource, List.of(event));
    }
}
