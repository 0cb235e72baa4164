package io.github.dingtalkinbox.service.console;

import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.options.BoundingBox;
import com.microsoft.playwright.options.LoadState;
import io.github.dingtalkinbox.service.audit.Report;
import io.github.dingtalkinbox.testing.Chromium;
import io.github.dingtalkinbox.testing.ChromiumExtension;
import io.github.dingtalkinbox.testing.Look;
import io.github.dingtalkinbox.testing.Postgres;
import io.github.dingtalkinbox.testing.Service;
import io.github.dingtalkinbox.testing.Tab;
import io.github.dingtalkinbox.testing.TestDatabase;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;
import tools.jackson.databind.node.ObjectNode;

/** The pages of the console in a browser, over a log that is larger than what a search looks through at once. */
@Postgres
@ExtendWith(ChromiumExtension.class)
@TestInstance(Lifecycle.PER_CLASS)
class ConsoleBrowserPostgresTest {
    static final List<Look> LOOKS = List.of(new Look("en", false, true), new Look("zh-CN", true, false));

    private static final int EVENTS = 60_000;
    private static final String FINISHED = "default:approval1finish";
    private static final String DEAD = "default:dead7";

    private static final List<String> PAGES = List.of(
            "overview",
            "events",
            "event?id=" + FINISHED,
            "event?id=" + DEAD,
            "duplicates",
            "dead-letters",
            "approvals",
            "approvals?id=" + SampleLog.approval(1),
            "cleanup",
            "audit",
            "report?name=twin_gaps",
            "login?failed");

    private static final List<String> PICTURED = List.of(
            "overview",
            "events",
            "event?id=" + FINISHED,
            "duplicates",
            "dead-letters",
            "approvals",
            "cleanup",
            "audit");

    private final Chromium chromium;
    private final Service service;

    ConsoleBrowserPostgresTest(Chromium chromium, TestDatabase database, @TempDir Path handlers) throws Exception {
        this.chromium = chromium;
        SampleLog log = new SampleLog(database, handlers).history(EVENTS);
        this.service = log.start();
        log.deliver(service);
    }

    @AfterAll
    void stop() {
        service.close();
    }

    @ParameterizedTest
    @FieldSource("LOOKS")
    void everyPageIsReadable(Look look) {
        try (Tab tab = chromium.open(service, look)) {
            tab.go("/admin/login");
            assertReadable(tab, look);
            tab.logIn("admin");
            for (String page : PAGES) {
                tab.go("/admin/" + page);
                assertReadable(tab, look);
            }
            tab.goInVain("/admin/event?id=none", 404);
            assertReadable(tab, look);
            tab.goInVain("/admin/nothing", 404);
            assertReadable(tab, look);
            tab.goInVain("/admin/denied", 403);
            assertReadable(tab, look);
        }
    }

    @ParameterizedTest
    @FieldSource("LOOKS")
    void everyReportIsReadable(Look look) {
        try (Tab tab = chromium.open(service, look)) {
            tab.logIn("admin");
            for (Report report : Report.all()) {
                tab.go("/admin/audit");
                tab.follow("#report-" + report.name());
                assertThat(tab.count("#report, #empty")).as(report.name()).isPositive();
                if (look.isOnAPhone()) {
                    tab.assertFits();
                }
            }
        }
    }

    /** In the language that the browser asks for, and for whoever looks. */
    private static void assertReadable(Tab tab, Look look) {
        boolean isChinese = look.language().startsWith("zh");
        assertThat(tab.page().evaluate("document.documentElement.lang")).isEqualTo(isChinese ? "zh-CN" : "en");
        assertThat(tab.text("body")).as(tab.page().url()).doesNotContain("??");
        for (String word : tab.find("nav a, main button").allInnerTexts()) {
            assertThat(word.codePoints().anyMatch(Character::isIdeographic))
                    .as(word)
                    .isEqualTo(isChinese);
        }
        if (look.isOnAPhone()) {
            tab.assertFits();
        }
        tab.assertAccessible();
    }

    @Test
    void theDocumentationShowsThePages() throws IOException {
        if (Pictures.areWanted()) {
            try (Tab tab = chromium.open(service, Look.PLAIN)) {
                tab.logIn("admin");
                for (String page : PICTURED) {
                    tab.go("/admin/" + page);
                    fillWithResults(tab, page);
                    Pictures.take(tab, page.replaceFirst("\\?.*", ""));
                }
            }
            for (Look look : LOOKS) {
                try (Tab tab = chromium.open(service, look)) {
                    tab.logIn("admin");
                    Pictures.take(tab, look.isOnAPhone() ? "phone" : "dark");
                }
            }
        }
        String documentation = Files.readString(Path.of("src/docs/console.md"));
        assertThat(Pictures.all()).hasSizeGreaterThan(8).allSatisfy(picture -> {
            assertThat(Files.size(picture)).isLessThanOrEqualTo(Pictures.LARGEST);
            assertThat(documentation).contains("(images/" + picture.getFileName() + ")");
        });
    }

    private static void fillWithResults(Tab tab, String page) {
        if (page.equals("cleanup")) {
            tab.page().click("#dry-run");
            tab.find("#plan-table").waitFor();
        } else if (page.equals("audit")) {
            tab.follow("#check-invariants");
            tab.follow("#check-seals");
            tab.find("#invariants .checks").waitFor();
            tab.find("#seal-verdict").waitFor();
        }
    }

    @Test
    void theOverviewDrawsItsChartsAndRenewsThem() {
        try (Tab tab = chromium.open(service, Look.PLAIN)) {
            tab.page().clock().install();
            tab.logIn("viewer");
            for (String span : List.of("week", "month", "day")) {
                tab.follow("#span-" + span);
                assertThat(tab.find("#spans [aria-current]").getAttribute("id")).isEqualTo("span-" + span);
                assertDrawn(tab);
            }
            assertThat(Integer.parseInt(tab.text("#tile-events dd"))).isGreaterThan(EVENTS / 6);
            assertThat(Integer.parseInt(tab.text("#tile-duplicates dd"))).isPositive();
            assertThat(tab.find("#tile-dead").getAttribute("class")).contains("bad");
            for (String chart : List.of("traffic", "gaps", "handling")) {
                tab.page().hover("#chart-" + chart);
            }
            tab.page()
                    .waitForResponse(
                            "**/admin/overview/now**", () -> tab.page().clock().fastForward(10_000));
            tab.page().waitForLoadState(LoadState.NETWORKIDLE);
            assertDrawn(tab);
            tab.follow("#tile-dead a");
            assertThat(tab.count("#dead-letters tbody tr")).isEqualTo(50);
        }
    }

    private static void assertDrawn(Tab tab) {
        for (String chart : List.of("traffic", "gaps", "handling")) {
            assertThat(tab.page().evaluate("""
                            id => {
                              const canvas = document.querySelector(`#chart-${id} canvas`);
                              // Of a copy: Chromium warns of a canvas that is drawn by the GPU and read several times.
                              const copy = new OffscreenCanvas(canvas.width, canvas.height).getContext('2d', {willReadFrequently: true});
                              copy.drawImage(canvas, 0, 0);
                              const pixels = copy.getImageData(0, 0, canvas.width, canvas.height).data;
                              return pixels.some(value => value !== 0);
                            }""", chart)).as(chart).isEqualTo(true);
        }
    }

    @Test
    void theLanguageIsThatOfTheBrowserUntilAnotherIsChosen() {
        try (Tab tab = chromium.open(service, new Look("zh-CN", false, false))) {
            tab.goAs("viewer", "/admin/events?type=%3Cb%3E");
            assertThat(tab.text("h1")).isEqualTo("事件");
            tab.follow("#language");
            assertThat(tab.text("h1")).isEqualTo("Events");
            assertThat(tab.find("#f-type").inputValue()).isEqualTo("<b>");
            tab.follow("#nav-duplicates");
            assertThat(tab.text("h1")).isEqualTo("Duplicates");
        }
    }

    @Test
    void onAPhoneFactsHaveTheWholeWidthAndTheCurrentPageIsInTheMenu() {
        try (Tab tab = chromium.open(service, new Look("en", false, true))) {
            tab.goAs("viewer", "/admin/event?id=" + FINISHED);
            double width = tab.find(".facts").first().boundingBox().width;
            assertThat(tab.find(".facts dd").first().boundingBox().width).isEqualTo(width);

            tab.go("/admin/audit");
            BoundingBox current = tab.find("nav [aria-current]").boundingBox();
            assertThat(current.x).isNotNegative();
            assertThat(current.x + current.width).isLessThanOrEqualTo(tab.page().viewportSize().width);
            assertThat(tab.find("#logout").boundingBox().y)
                    .as("beside the name of the program")
                    .isLessThan(tab.find("nav").boundingBox().y);
        }
    }

    @Test
    void everyFieldOfTheSearchNarrowsIt() throws Exception {
        String before = SampleLog.input(Instant.now().minus(Duration.ofMinutes(90)));
        String lately = SampleLog.input(Instant.now().minus(Duration.ofMinutes(30)));
        ObjectNode other = SampleLog.event("meeting_status_change", "searched").put("CorpId", "dingother");
        SampleLog.deliver(service, other.toString());
        String id = "default:searched";
        try (Tab tab = chromium.open(service, Look.PLAIN)) {
            tab.goAs("viewer", "/admin/events");
            assertThat(search(tab, "id", "searched")).containsExactly(id);
            assertThat(search(tab, "id", id, "from", lately)).containsExactly(id);
            assertThat(search(tab, "id", id, "to", before)).isEmpty();
            assertThat(tab.count("#empty")).isEqualTo(1);
            assertThat(search(tab, "approval", SampleLog.approval(2))).contains("default:approval2finish");
            assertThat(search(tab, "app", "default")).hasSize(50).contains(id);
            assertThat(search(tab, "app", "none")).isEmpty();
            assertThat(search(tab, "corp", "dingother")).containsExactly(id);
            assertThat(search(tab, "type", "meeting_status_change")).containsExactly(id);
            assertThat(search(tab, "to", before)).hasSize(50).doesNotContain(id);
            assertThat(search(tab, "type", SampleLog.BROKEN, "state", "dead"))
                    .hasSize(50)
                    .contains("default:dead51");
            assertThat(search(tab, "type", SampleLog.BROKEN, "state", "processed"))
                    .isEmpty();
        }
    }

    /** The ids of what is found. */
    private static List<String> search(Tab tab, String... fieldsAndValues) {
        tab.page().evaluate("document.querySelectorAll('#search input, #search select').forEach(f => f.value = '')");
        for (int i = 0; i < fieldsAndValues.length; i += 2) {
            String value = fieldsAndValues[i + 1];
            Locator field = tab.find("#f-" + fieldsAndValues[i]);
            if (fieldsAndValues[i].equals("state")) {
                field.selectOption(value);
            } else {
                field.fill(value);
            }
        }
        tab.follow("#search-button");
        return ids(tab);
    }

    private static List<String> ids(Tab tab) {
        return tab.find("#events td.id a").allInnerTexts();
    }

    @Test
    void aLargeLogIsReadPageByPageAndSearchedPartByPart() throws Exception {
        try (Tab tab = chromium.open(service, Look.PLAIN)) {
            tab.goAs("viewer", "/admin/events?type=user_modify_org");
            List<String> newest = ids(tab);
            List<String> seen = new ArrayList<>(newest);
            for (int i = 0; i < 3; i++) {
                tab.follow("#next");
                seen.addAll(ids(tab));
            }
            assertThat(seen).hasSize(200).doesNotHaveDuplicates();
            tab.follow("#first");
            assertThat(ids(tab)).isEqualTo(newest);

            tab.go("/admin/events?type=none");
            int parts = 0;
            for (; tab.count("#cut-off") == 1; parts++) {
                tab.follow("#next");
            }
            assertThat(parts).isEqualTo(EVENTS / Scan.MOST);
            assertThat(tab.count("#empty")).isEqualTo(1);

            tab.go("/admin/events?type=" + SampleLog.BROKEN);
            List<String> file = Files.readAllLines(
                    tab.page().waitForDownload(() -> tab.page().click("#csv")).path());
            assertThat(file).hasSize(1 + SampleLog.DEAD);
            assertThat(file.get(1)).startsWith("default:dead51,default," + SampleLog.CORP + ",check_in,dead,http,");
        }
    }

    @Test
    void duplicatesAreFoundByHowTheyWereRecognised() {
        try (Tab tab = chromium.open(service, Look.PLAIN)) {
            tab.goAs("viewer", "/admin/duplicates");
            assertThat(tab.count("#duplicates tbody tr")).isEqualTo(50);
            tab.follow("#next");
            assertThat(tab.count("#duplicates tbody tr")).isEqualTo(50);
            tab.follow("#first");
            tab.page().selectOption("#f-state", "natural_key");
            tab.follow("#search-button");
            assertThat(tab.count("#duplicates tbody tr")).isZero();
            tab.go("/admin/duplicates");
            tab.page().check("#f-differing");
            tab.follow("#search-button");
            assertThat(tab.find("#duplicates td.id").allInnerTexts()).contains(FINISHED);
            assertThat(tab.count("#duplicates tbody tr small.bad")).isEqualTo(tab.count("#duplicates tbody tr"));
            tab.follow("#duplicates td.id a");
            assertThat(tab.text("#event-id")).isEqualTo(FINISHED);
            assertThat(tab.count("#timeline .duplicate")).isEqualTo(2);
        }
    }

    @Test
    void anApprovalLeadsToItsEventsAndBack() {
        try (Tab tab = chromium.open(service, Look.PLAIN)) {
            tab.goAs("viewer", "/admin/approvals");
            assertThat(tab.count("#approvals tbody tr")).isEqualTo(SampleLog.APPROVALS);
            tab.page().fill("#f-id", SampleLog.approval(1));
            tab.follow("#search-button");
            assertThat(tab.find("#approvals td.id").allInnerTexts()).contains(FINISHED, "task:90935001");
            tab.follow("#approvals a:text-is('" + FINISHED + "')");
            assertThat(tab.text("#effects")).contains(SampleLog.approval(1));
            tab.follow("#to-approval");
            assertThat(tab.find("#f-id").inputValue()).isEqualTo(SampleLog.approval(1));
            tab.go("/admin/approvals?id=none");
            assertThat(tab.count("#empty")).isEqualTo(1);
        }
    }
}
