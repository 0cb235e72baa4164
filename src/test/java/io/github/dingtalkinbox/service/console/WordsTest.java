package io.github.dingtalkinbox.service.console;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.dingtalkinbox.internal.stream.StreamLevels;
import io.github.dingtalkinbox.internal.text.Message;
import io.github.dingtalkinbox.service.audit.Report;
import io.github.dingtalkinbox.service.operations.OperatorOutcome;
import io.github.dingtalkinbox.service.operations.OperatorOutcome.Quotation;
import io.github.dingtalkinbox.service.operations.OperatorOutcome.Result;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneId;
import java.util.List;
import java.util.Locale;
import java.util.Properties;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.springframework.context.i18n.LocaleContextHolder;

/** Whatever the service says in English of itself has a translation: what is added without one is found here. */
class WordsTest {
    private static final Visitor STRANGER = new Visitor("mei", "127.0.0.1", true, false);
    private static final Visitor TRUSTED = new Visitor("mei", "127.0.0.1", true, true);
    private static final String CHINESE = "\\p{IsHan}";
    private static final OperatorOutcome BEHIND = new OperatorOutcome(
            Result.DONE,
            Message.of(
                    "settlement.replayed-behind",
                    Message.of("settlement.state.dead"),
                    1200,
                    "default:it's {0}",
                    Message.of("settlement.state.retrying")));

    private final Words words = new Words(
            new ConsolePages().messageSource(),
            new Times(ZoneId.of("Asia/Shanghai"), new ConsolePages().messageSource()));

    @AfterEach
    void forgetTheLanguage() {
        LocaleContextHolder.resetLocaleContext();
    }

    @Test
    void theEnglishOfASettlementIsItsOwn() {
        LocaleContextHolder.setLocale(Locale.ENGLISH);

        assertThat(words.settlement(BEHIND, TRUSTED)).isEqualTo(BEHIND.text());
    }

    @Test
    void theDetailsOfASettlementAreTranslatedToo() {
        LocaleContextHolder.setLocale(Locale.CHINESE);

        assertThat(words.settlement(BEHIND, TRUSTED)).isEqualTo("已重放；原状态：死信，失败次数：1200；它被 default:it's {0}（重试中）阻塞，需等待");
        assertThat(words.settlement(
                        new OperatorOutcome(
                                Result.PROCESSED,
                                Message.of("settlement.processed", Instant.parse("2026-11-24T04:32:08.201232Z"))),
                        TRUSTED))
                .contains("2026-11-24 12:32:08.201");
    }

    @Test
    void theDetailsOfAFindingAreTranslatedToo() {
        LocaleContextHolder.setLocale(Locale.CHINESE);
        Message place =
                Message.of("seal.place", "processed_events", Instant.parse("2026-11-24T04:00:00Z"), "check_in", 1200);

        assertThat(words.message(Message.of("seal.seal-changed", place)))
                .startsWith("processed_events，小时 2026-11-24 12:00:00.000，类型“check_in”，签名 1200：");
    }

    @Test
    void whatAnErrorQuotesIsForThoseWhoMaySeePayloads() {
        OperatorOutcome failed = new OperatorOutcome(
                Result.REFUSED, Message.of("settlement.failed", new Quotation("no number: \"salary\"")));
        for (Locale language : List.of(Locale.CHINESE, Locale.ENGLISH)) {
            LocaleContextHolder.setLocale(language);

            assertThat(words.settlement(failed, TRUSTED)).contains("salary");
            assertThat(words.settlement(failed, STRANGER))
                    .doesNotContain("salary")
                    .contains("***");
        }
    }

    @Test
    void everyQueryOfTheAuditAsksInChinese() throws Exception {
        LocaleContextHolder.setLocale(Locale.CHINESE);
        try (Stream<Path> files = Files.walk(Path.of("db/audit"))) {
            List<String> queries = files.map(file -> file.getFileName().toString())
                    .filter(name -> name.endsWith(".sql"))
                    .map(name -> name.replace(".sql", ""))
                    .toList();
            assertThat(queries).hasSizeGreaterThan(20).allSatisfy(query -> assertThat(words.question(query, "english"))
                    .as(query)
                    .containsPattern(CHINESE));
        }
    }

    @Test
    void everyReportIsExplainedInChinese() {
        for (Report report : Report.all()) {
            LocaleContextHolder.setLocale(Locale.CHINESE);
            assertThat(words.explanation(report.name(), report.explanation()))
                    .as(report.name())
                    .hasSizeGreaterThan(1)
                    .allSatisfy(line -> assertThat(line).containsPattern(CHINESE));
            LocaleContextHolder.setLocale(Locale.ENGLISH);
            assertThat(words.question(report.name(), report.question())).isEqualTo(report.question());
            assertThat(words.explanation(report.name(), report.explanation())).isEqualTo(report.explanation());
        }
    }

    @Test
    void statesOfApprovalsAreWordsAndWhatDingTalkInventsStays() {
        LocaleContextHolder.setLocale(Locale.CHINESE);
        assertThat(words.approval("finished agree")).isEqualTo("已结束 同意");
        assertThat(words.approval("terminated")).isEqualTo("已撤销");
        assertThat(words.approval("finished delegated")).isEqualTo("已结束 delegated");
        assertThat(words.action("repeat")).isEqualTo("重新执行处理器");
        LocaleContextHolder.setLocale(Locale.ENGLISH);
        assertThat(words.approval("finished agree")).isEqualTo("finished agree");
    }

    @Test
    void everyStateOfAConnectionIsAWord() {
        for (StreamLevels.ConnectionState state : StreamLevels.ConnectionState.values()) {
            LocaleContextHolder.setLocale(Locale.CHINESE);
            assertThat(words.stream(state)).as(state.name()).containsPattern(CHINESE);
        }
        LocaleContextHolder.setLocale(Locale.ENGLISH);
        assertThat(words.stream(StreamLevels.ConnectionState.REFUSED)).isEqualTo("refused by DingTalk");
    }

    /** But for what the service itself says in English. */
    @Test
    void bothLanguagesHaveTheSameMessages() throws Exception {
        Set<String> chinese = keys("zh");
        chinese.removeIf(key ->
                Stream.of("approval.", "audit.question.", "audit.explanation.").anyMatch(key::startsWith));

        assertThat(chinese).isEqualTo(keys("en"));
    }

    private static Set<String> keys(String language) throws Exception {
        Properties messages = new Properties();
        try (Reader file = Files.newBufferedReader(
                Path.of("src/main/resources/dingtalk-inbox/service/console/messages_" + language + ".properties"),
                UTF_8)) {
            messages.load(file);
        }
        return new TreeSet<>(messages.stringPropertyNames());
    }
}
