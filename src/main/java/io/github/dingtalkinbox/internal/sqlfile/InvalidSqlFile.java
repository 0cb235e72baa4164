package io.github.dingtalkinbox.internal.sqlfile;

import io.github.dingtalkinbox.internal.start.ConfigurationProblem;
import java.util.List;

/** Ends the start: SQL files that could never work. */
final class InvalidSqlFile extends ConfigurationProblem {
    private final List<String> problems;

    InvalidSqlFile(String problem) {
        this(List.of(problem));
    }

    /** @param problems what is wrong, each with its file and its position, if known */
    InvalidSqlFile(List<String> problems) {
        super(
                String.join("\n\n", problems),
                "Correct the files named above. To start without a handler, rename its file so that it does not end in"
                        + " .sql: its events are then recorded, but not handled.");
        this.problems = List.copyOf(problems);
    }

    @Override
    public String description() {
        return "The SQL files of the handlers cannot be used.\n\n" + getMessage();
    }

    List<String> problems() {
        return problems;
    }
}
