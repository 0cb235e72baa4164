package io.github.dingtalkinbox.testing;

import com.microsoft.playwright.CLI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A way to get a browser.
 *
 * @param program {@code null}: Playwright's own, which Playwright itself finds
 * @param preparation commands that bring it
 * @param longestPreparation of each of them
 */
record BrowserWay(String name, @Nullable Path program, List<List<String>> preparation, Duration longestPreparation) {
    private static final Path OF_DEBIAN = Path.of("/usr/bin/chromium");
    private static final Duration LONGEST_DOWNLOAD = Duration.ofMinutes(3);
    private static final Duration LONGEST_PACKAGE = Duration.ofMinutes(5);

    /** All that a machine has, in the order in which they are tried. */
    static List<BrowserWay> all(BrowserPlaces machine) {
        List<BrowserWay> ways = new ArrayList<>();
        machine.named().ifPresent(program -> ways.add(there("-Dchromium", program)));
        for (Path program : machine.onPath()) {
            if (Files.isExecutable(program)) {
                ways.add(there("on the PATH", program));
            }
        }
        for (Path program : machine.usualPlaces()) {
            if (Files.isExecutable(program)) {
                ways.add(there("in its usual place", program));
            }
        }
        ways.add(new BrowserWay("Playwright's own, installed before", null, List.of(), Duration.ZERO));
        ways.add(new BrowserWay("Playwright's own, downloaded now", null, List.of(download()), LONGEST_DOWNLOAD));
        if (machine.isDebianWithRoot()) {
            ways.add(new BrowserWay(
                    "Debian's package chromium, installed now", OF_DEBIAN, packageOfDebian(), LONGEST_PACKAGE));
        }
        return List.copyOf(ways);
    }

    private static BrowserWay there(String name, Path program) {
        return new BrowserWay(name, program, List.of(), Duration.ZERO);
    }

    private static List<String> download() {
        return List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                CLI.class.getName(),
                "install",
                "--only-shell",
                "chromium");
    }

    /** Anew, if it is there but did not launch. */
    private static List<List<String>> packageOfDebian() {
        return List.of(
                List.of("apt-get", "update"),
                List.of("apt-get", "install", "-y", "--reinstall", "-o", "DPkg::Lock::Timeout=120", "chromium"));
    }
}
