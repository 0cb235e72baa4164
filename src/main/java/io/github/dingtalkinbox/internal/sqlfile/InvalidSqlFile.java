package io.github.dingtalkinbox.internal.sqlfile;

import java.util.List;

/** Stops the start: SQL files that could never work. */
final class InvalidSqlFile extends RuntimeException {
    private final List<String> problems;

    InvalidSqlFile(String problem) {
        this(List.of(problem));
    }

    /** @param problems what is wrong, each with its file and, if there is one, its place */
    InvalidSqlFile(List<String> problems) {
        super(String.join("\n\n", problems));
        this.problems = List.copyOf(problems);
    }

    List<String> problems() {
        return problems;
    }
}
