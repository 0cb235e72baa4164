package io.github.dingtalkinbox.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.dingtalkinbox.testing.BrowserSearch.FoundBrowser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BrowserSearchTest {
    private static final Duration LIMIT = Duration.ofSeconds(20);
    private static final String DEBIAN = "PRETTY_NAME=\"Debian GNU/Linux 12 (bookworm)\"\nID=debian\n";
    private static final String LAUNCHES = "launches";

    @TempDir
    private Path directory;

    @Test
    void theFirstThatShowsAPageIsTaken() throws Exception {
        Path stub = program("stub");
        Path good = program(LAUNCHES);

        FoundBrowser found = search(LIMIT).first(List.of(way("one", stub), way("two", good), way("three", good)));

        assertThat(found.program()).isEqualTo(good);
        assertThat(found).hasToString("two (" + good + "). Tried before it: one (" + stub + "): shows nothing");
    }

    @Test
    void aProgramThatFailsIsNotTaken() throws Exception {
        Path failing = program("failing");
        Files.writeString(failing, "#!/bin/sh\necho 'libnss3.so is missing' >&2\nexit 127\n");

        assertThatThrownBy(() -> real(LIMIT).first(List.of(way("on the PATH", failing))))
                .hasMessageContaining("* on the PATH (" + failing + "): libnss3.so is missing");
    }

    @Test
    void aProgramThatHangsIsNotTaken() throws Exception {
        Path hanging = program("hanging");
        Files.writeString(hanging, "#!/bin/sh\nexec sleep 600\n");

        assertThatThrownBy(() -> real(Duration.ofSeconds(3)).first(List.of(way("on the PATH", hanging))))
                .hasMessageContaining("* on the PATH (" + hanging + "): ")
                .hasMessageContainingAll("3", "s");
    }

    @Test
    void aTrialThatNeverEndsIsGivenUp() {
        CompletableFuture<String> never = new CompletableFuture<>(); // Whose join heeds no interrupt.
        BrowserSearch search = new BrowserSearch(Duration.ofSeconds(1), program -> never.join());

        assertThatThrownBy(() -> search.first(List.of(way("on the PATH", directory))))
                .hasMessageContaining("shows no page within 1 s");
        never.complete("");
    }

    @Test
    void withoutAnyItSaysWhatWasTriedAndWhatToDo() {
        List<BrowserWay> ways = List.of(
                new BrowserWay("downloaded now", null, List.of(List.of("false")), LIMIT),
                new BrowserWay("installed now", null, List.of(List.of("no-such-program-here")), LIMIT));

        assertThatThrownBy(() -> search(LIMIT).first(ways))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageStartingWith(
                        "There is no browser for the tests of the console. Looked for chromium, google-chrome,")
                .hasMessageContaining(
                        "* downloaded now: false failed: without a word\n* installed now: Cannot run program")
                .hasMessageContaining("-Dchromium=<path>");
    }

    @Test
    void aPreparationThatHangsIsGivenUp() {
        BrowserWay way =
                new BrowserWay("downloaded now", null, List.of(List.of("sleep", "600")), Duration.ofSeconds(1));

        assertThatThrownBy(() -> search(LIMIT).first(List.of(way)))
                .hasMessageContaining("* downloaded now: sleep 600 did not end within 1 s");
    }

    @Test
    void whatIsThereComesBeforeWhatHasToBeBrought() throws Exception {
        Path named = directory.resolve("named");
        Path onPath = program("google-chrome").toRealPath();
        var debian = new BrowserPlaces(Optional.of(named), Map.of("PATH", "/none:" + directory), "Linux", DEBIAN, true);

        assertThat(BrowserWay.all(debian))
                .extracting(BrowserWay::name, BrowserWay::program)
                .map(Object::toString)
                .containsExactly(
                        "(\"-Dchromium\", " + named + ")",
                        "(\"on the PATH\", " + onPath + ")",
                        "(\"Playwright's own, installed before\", null)",
                        "(\"Playwright's own, downloaded now\", null)",
                        "(\"Debian's package chromium, installed now\", /usr/bin/chromium)");
    }

    @Test
    void aPackageIsOnlyInstalledByRootOnDebian() {
        assertThat(places("Linux", DEBIAN, true).isDebianWithRoot()).isTrue();
        assertThat(places("Linux", "ID=linuxmint\nID_LIKE=\"ubuntu debian\"\n", true)
                        .isDebianWithRoot())
                .isTrue();
        assertThat(places("Linux", DEBIAN, false).isDebianWithRoot()).isFalse();
        assertThat(places("Linux", "ID=fedora\n", true).isDebianWithRoot()).isFalse();
    }

    @Test
    void otherSystemsHaveTheirUsualPlaces() {
        assertThat(places("Mac OS X", "", false).usualPlaces())
                .contains(Path.of("/Applications/Google Chrome.app/Contents/MacOS/Google Chrome"));
        assertThat(new BrowserPlaces(Optional.empty(), Map.of("ProgramFiles", "/c"), "Windows 11", "", false)
                        .usualPlaces())
                .contains(
                        Path.of("/c/Google/Chrome/Application/chrome.exe"),
                        Path.of("/c/Microsoft/Edge/Application/msedge.exe"));
        assertThat(places("Linux", DEBIAN, false).usualPlaces()).isEmpty();
    }

    @Test
    void theReasonIsWhatTheBrowserSaid() {
        assertThat(BrowserSearch.reason("""
                Error {
                  message='Target page, context or browser has been closed
                Browser logs:
                <launching> /usr/bin/chromium
                [pid=7][err] /usr/bin/chromium: error while loading shared libraries: libnss3.so
                [pid=7] <process did exit: exitCode=127, signal=null>
                """))
                .isEqualTo("/usr/bin/chromium: error while loading shared libraries: libnss3.so");
        assertThat(BrowserSearch.reason("Error {\n  message='Timeout 20000ms exceeded.\n"))
                .isEqualTo("Timeout 20000ms exceeded.");
    }

    private static BrowserPlaces places(String system, String release, boolean isRoot) {
        return new BrowserPlaces(Optional.empty(), Map.of(), system, release, isRoot);
    }

    private static BrowserWay way(String name, Path program) {
        return new BrowserWay(name, program, List.of(), LIMIT);
    }

    private static BrowserSearch search(Duration limit) {
        return new BrowserSearch(limit, BrowserSearchTest::showIfItLaunches);
    }

    private static BrowserSearch real(Duration limit) {
        return new BrowserSearch(limit, program -> Chromium.tryOut(program, limit));
    }

    private static void showIfItLaunches(@Nullable Path program) {
        if (program == null || !program.endsWith(LAUNCHES)) {
            throw new IllegalStateException("shows nothing");
        }
    }

    private Path program(String name) throws IOException {
        return Files.createFile(
                directory.resolve(name),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwxr-xr-x")));
    }
}
