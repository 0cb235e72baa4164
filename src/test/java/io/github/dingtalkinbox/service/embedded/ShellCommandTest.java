package io.github.dingtalkinbox.service.embedded;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ShellCommandTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "/home/mei/inbox/.data",
                "/home/mei/我的 inbox/.data",
                "",
                " ",
                "it's",
                "''",
                "\\",
                "\\'",
                "ends with \\",
                "a\"b",
                "$HOME `id` $(id)",
                "~/inbox",
                "a;b&c|d<e>f(g){h}[i]*j?k!l#m",
                "two\nlines",
                "tab\there",
                "-n",
                "^%PATH%"
            })
    void aWordReachesTheProgramAsItIs(String word) throws Exception {
        assertThat(run(ShellCommand.of("printf").and("<%s>", word, "next"))).isEqualTo("<" + word + "><next>");
        assertThat(run(ShellCommand.with("WORD", word).and("printenv", "WORD"))).isEqualTo(word + "\n");
    }

    @Test
    void whatNeedsNoQuotesHasNone() {
        assertThat(ShellCommand.of("java").and("-jar", "/opt/inbox-1.0_a.jar", "--url", "http://localhost:8080/x"))
                .hasToString("java -jar /opt/inbox-1.0_a.jar --url http://localhost:8080/x");
    }

    @Test
    void aBlankOrChineseOrAQuoteIsQuoted() {
        assertThat(ShellCommand.with("PGPASSFILE", "/我的 inbox/pgpass").and("psql", "it's"))
                .hasToString("PGPASSFILE='/我的 inbox/pgpass' psql 'it'\\''s'");
    }

    /** As it is pasted: the shell reads it, so that nothing depends on how this JVM writes arguments. */
    private static String run(ShellCommand command) throws Exception {
        Process shell =
                new ProcessBuilder(List.of("sh")).redirectErrorStream(true).start();
        try (var input = shell.getOutputStream()) {
            input.write(command.toString().getBytes(UTF_8));
        }
        return new String(shell.getInputStream().readAllBytes(), UTF_8);
    }
}
