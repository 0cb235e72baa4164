package io.github.dingtalkinbox.internal.sqlfile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HandlerFolderTest {
    @TempDir
    Path folder;

    @Test
    void everySqlFileIsAHandlerOfItsEventType() throws IOException {
        write("check_in.sql", "select 1");
        write("bpms_task_change.sql", "-- many\nselect 1");

        assertThat(read()).extracting(SqlFile::eventType).containsExactly("bpms_task_change", "check_in");
        assertThat(read()).extracting(SqlFile::many).containsExactly(true, false);
        assertThat(read().get(1).source().name()).isEqualTo(folder + "/check_in.sql");
    }

    @Test
    void otherFilesAndFoldersAreIgnored() throws IOException {
        write("README.md", "read me");
        write("check_in.sql.bak", "select");
        write(".hidden.sql", "select");
        Files.createDirectory(folder.resolve("old.sql"));

        assertThat(read()).isEmpty();
    }

    @Test
    void aLocationOfAnyKindIsRead() throws IOException {
        write("check_in.sql", "select 1");

        assertThat(read("file:" + folder)).hasSize(1);
        assertThat(read(folder + "/")).hasSize(1);
        assertThat(read("classpath:handlers/"))
                .extracting(file -> file.source().name())
                .containsExactly("classpath:handlers/check_in.sql");
    }

    @Test
    void withoutTheDefaultFolderThereIsNoHandler() {
        assertThat(read(null)).isEmpty();
        assertThat(read(" ")).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"classpath:nowhere/", "file:nowhere", "/no/where", "nowhere"})
    void aConfiguredFolderMustExist(String location) {
        assertThatThrownBy(() -> read(location))
                .isInstanceOf(InvalidSqlFile.class)
                .hasMessageStartingWith("inbox.handlers.location: there is no folder ");
    }

    @Test
    void aFileIsNoFolder() throws IOException {
        write("check_in.sql", "select 1");

        assertThatThrownBy(() -> read(folder.resolve("check_in.sql").toString()))
                .hasMessageContaining("there is no folder");
    }

    @ParameterizedTest
    @ValueSource(strings = {"check in.sql", "签到.sql", "check_in(1).sql", ".SQL", "check_in.SQL"})
    void aNameThatIsNoEventTypeIsRefused(String name) throws IOException {
        write("x" + name, "select 1");

        assertThatThrownBy(this::read)
                .hasMessageStartingWith(folder + "/x" + name + ": A handler's name is the event type and .sql");
    }

    @Test
    void aHandlerThatCouldNeverRunIsRefused() throws IOException {
        write("check_url.sql", "select 1");

        assertThatThrownBy(this::read).hasMessageContaining("check_url is DingTalk's check of the callback URL");
    }

    @Test
    void everyBrokenFileIsNamed() throws IOException {
        write("a.sql", "");
        write("b.sql", "commit");
        write("c.sql", "select 1");

        assertThatThrownBy(this::read)
                .hasMessageContainingAll("/a.sql: There is no statement", "/b.sql:1:1: \"commit\"");
    }

    @Test
    void aByteOrderMarkIsNoText() throws IOException {
        write("check_in.sql", "\uFEFF-- many\r\nselect 1\r\n");

        assertThat(read()).singleElement().satisfies(file -> assertThat(file.many())
                .isTrue());
    }

    @Test
    void anotherEncodingIsRefused() throws IOException {
        Files.writeString(folder.resolve("check_in.sql"), "select '审批'", Charset.forName("GBK"));
        Files.writeString(folder.resolve("user_add_org.sql"), "select 1", StandardCharsets.UTF_16LE);

        assertThatThrownBy(this::read)
                .hasMessageContainingAll("check_in.sql: It is not UTF-8", "user_add_org.sql: It contains a NUL");
    }

    private List<SqlFile> read() {
        return read(folder.toString());
    }

    private static List<SqlFile> read(@Nullable String location) {
        List<String> problems = new ArrayList<>();
        List<SqlFile> files = new HandlerFolder(location).read(problems);
        if (!problems.isEmpty()) {
            throw new InvalidSqlFile(problems);
        }
        return files;
    }

    private void write(String name, String text) throws IOException {
        Files.writeString(folder.resolve(name), text);
    }
}
