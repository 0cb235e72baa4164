package io.github.dingtalkinbox.internal.sqlfile;

import static io.github.dingtalkinbox.internal.identity.TestEvents.streamed;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.dingtalkinbox.Event;
import io.github.dingtalkinbox.Outcome.Processed;
import io.github.dingtalkinbox.internal.identity.Samples;
import io.github.dingtalkinbox.internal.intake.Node;
import io.github.dingtalkinbox.testing.History;
import io.github.dingtalkinbox.testing.Postgres;
import io.github.dingtalkinbox.testing.TestDatabase;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Timestamp;
import java.time.Instant;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.simple.JdbcClient;

/** One SQL file for both ways in: the documented ones, as they stand there. */
@Postgres
class BothTransportsSqlFilePostgresTest {
    private static final String TYPE = "bpms_instance_change";
    private static final Path README = Path.of("README.md");
    private static final Path HANDLERS = Path.of("src/docs/handlers.md");

    private final TestDatabase database;
    private final JdbcClient jdbc;

    BothTransportsSqlFilePostgresTest(TestDatabase database) {
        this.database = database;
        this.jdbc = database.jdbc();
    }

    @Test
    void aFileThatReadsTheBodyDoesTheSame() throws Exception {
        assertWritesTheSame(README, "form_statistics", "PROC-11111111-2222-3333-4444-555555555555", 1L);
    }

    @Test
    void aFileThatReadsTheColumnsDoesTheSame() throws Exception {
        assertWritesTheSame(
                HANDLERS,
                "approval_log",
                "default:005f0c2b7a9d3e4c8f00000000000002",
                "ding0a1b2c3d4e5f60718",
                TYPE,
                Instant.ofEpochMilli(1790000000123L),
                "张三提交的差旅报销");
    }

    private void assertWritesTheSame(Path page, String table, Object... row) throws Exception {
        Event http = Samples.events("http2_bpms_instance_change_finish_agree").get(0);
        String file = block(page, "sql handler", "insert into " + table + " ");
        for (Event event : List.of(http, streamed(http))) {
            new History(database).empty();
            jdbc.sql("drop table if exists " + table).update();
            jdbc.sql(block(page, "sql", "create table " + table + " ")).update();
            Node node = Node.on(database)
                    .handlers(TestSqlFiles.handlers(database.dataSource(), TYPE, file))
                    .build();

            assertThat(node.receive(List.of(event))).containsExactly(new Processed(http.id()));

            assertThat(jdbc.sql("select * from " + table).query().singleRow().values().stream()
                            .map(value -> value instanceof Timestamp time ? time.toInstant() : value))
                    .as("by %s", event.delivery().transport())
                    .containsExactly(row);
        }
    }

    /** The first block in this language that begins so. */
    private static String block(Path page, String language, String beginning) throws IOException {
        return Pattern.compile("(?ms)^( *)```" + language + "\\n(.*?)^ *```$")
                .matcher(Files.readString(page))
                .results()
                .map(block -> block.group(2).stripLeading())
                .filter(sql -> sql.startsWith(beginning))
                .findFirst()
                .orElseThrow();
    }
}
