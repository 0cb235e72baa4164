package io.github.dingtalkinbox.service.cli;

import io.github.dingtalkinbox.service.Application;
import io.github.dingtalkinbox.service.cli.Cli.Terminal;
import io.github.dingtalkinbox.testing.TestDatabase;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Clock;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** A command that has run: its exit code, and what it has printed. */
record Ran(int code, String out, String err) {
    static Ran of(String... args) {
        return of(Map.of(), Clock.systemUTC(), args);
    }

    static Ran of(Map<String, String> environment, Clock clock, String... args) {
        var out = new StringWriter();
        var err = new StringWriter();
        var terminal = new Terminal(new PrintWriter(out, true), new PrintWriter(err, true), false);
        int code = Cli.run(args, terminal, environment, clock, Application::service);
        return new Ran(code, out.toString(), err.toString());
    }

    /** With the login of a database. */
    static Ran on(TestDatabase database, String... args) {
        return on(database, database.user(), Arrays.asList(args));
    }

    /** With another user and the same password. */
    static Ran on(TestDatabase database, String user, List<String> args) {
        return of(Stream.concat(
                        args.stream(),
                        Stream.of(
                                "--spring.datasource.url=" + database.jdbcUrl(),
                                "--spring.datasource.username=" + user,
                                "--spring.datasource.password=" + database.password()))
                .toArray(String[]::new));
    }
}
