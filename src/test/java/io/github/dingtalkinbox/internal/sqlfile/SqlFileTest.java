package io.github.dingtalkinbox.internal.sqlfile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SqlFileTest {
    @Test
    void aSecondStatementIsRefusedWhereItBegins() {
        assertThatThrownBy(() -> parse("delete from a;\n-- and\n  delete from b;\n"))
                .isInstanceOf(InvalidSqlFile.class)
                .hasMessageStartingWith("handlers/check_in.sql:3:3: A second statement begins here.")
                .hasMessageEndingWith("\n      delete from b;\n      ^");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "begin",
                "BEGIN",
                "start transaction",
                "commit",
                "Rollback to s",
                "end",
                "abort",
                "savepoint s",
                "release s",
                "prepare transaction 'x'",
                "set transaction isolation level serializable",
                "set local x = 1"
            })
    void transactionControlIsRefused(String statement) {
        assertThatThrownBy(() -> parse(statement))
                .hasMessageStartingWith("handlers/check_in.sql:1:1: \"")
                .hasMessageContaining("transaction control");
        assertThatThrownBy(() -> parse("select 1;\r\n" + statement + ";"))
                .hasMessageStartingWith("handlers/check_in.sql:2:1: \"")
                .hasMessageContaining("transaction control");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "call p()",
                "do $$ begin end $$",
                "create table t ()",
                "truncate t",
                "copy t from stdin",
                "'x'",
                "?"
            })
    void whatCannotReadTheEventIsRefused(String statement) {
        assertThatThrownBy(() -> parse(statement)).hasMessageContaining("one insert, update, delete, merge or select");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " \r\n\t", ";", " ; ; ", "-- nothing", "/* a /* nested */ comment */", "-- many\n"})
    void aFileWithoutAStatementIsRefused(String text) {
        assertThatThrownBy(() -> parse(text))
                .hasMessage(
                        "handlers/check_in.sql: There is no statement in this file. Write one, or remove the file.");
    }

    @Test
    void aParameterIsRefused() {
        assertThatThrownBy(() -> parse("select $1::text"))
                .hasMessageStartingWith("handlers/check_in.sql:1:8: There are no parameters.");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "select 1",
                "select 1;",
                "select 1 ; ;\n-- end",
                "/* a; /* b; */ ; */ select 1",
                "select ';', ';';",
                "select E'\\';', 'a'';b', \"a;b\";",
                "select $$;commit;$$, $a$ $$ ; $a$;",
                "select a$1 from t",
                "(select 1)",
                "INSERT into t select 1",
                "with x as (select 1) select 1",
                "Merge into t using event on true when matched then delete",
                "select e'a'';\\\\';"
            })
    void oneStatementIsAccepted(String text) {
        assertThat(parse(text).eventType()).isEqualTo("check_in");
    }

    @ParameterizedTest
    @CsvSource(quoteCharacter = '|', textBlock = """
                    |-- many\nselect 1|,   true
                    |--many\r\nselect 1|,  true
                    |--  many \nselect 1|, true
                    |-- many more\nselect 1|, false
                    |\n-- many\nselect 1|, false
                    |select 1 -- many|,    false
                    """)
    void manyMustBeTheFirstLine(String text, boolean many) {
        assertThat(parse(text.translateEscapes()).many()).isEqualTo(many);
    }

    @Test
    void theCaretStandsBelowThePlaceAlsoBehindChinese() {
        SourceFile source = new SourceFile("x.sql", "select 1\n\t审批a🙏 wrong\nfrom t");

        assertThat(source.problem(source.text().indexOf("wrong"), "Bad."))
                .isEqualTo("x.sql:2:7: Bad.\n    \t审批a🙏 wrong\n    \t\u3000\u3000 \u3000 ^");
    }

    @Test
    void anEndOfLineOfAnyKindCounts() {
        SourceFile source = new SourceFile("x.sql", "a\r\nb\rc\nd");

        assertThat(source.problem(source.text().indexOf("d"), "Bad.")).startsWith("x.sql:4:1: ");
        assertThat(source.problem(source.text().length(), "Bad.")).startsWith("x.sql:4:2: ");
    }

    private static SqlFile parse(String text) {
        return SqlFile.parse("check_in", new SourceFile("handlers/check_in.sql", text));
    }
}
