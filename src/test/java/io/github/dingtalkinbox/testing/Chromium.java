package io.github.dingtalkinbox.testing;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserType.LaunchOptions;
import com.microsoft.playwright.Playwright;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * The browser of this test run: a Chromium of the machine's, none that is downloaded. Each {@link Tab} in it has cookies and
 * settings of its own. For one thread.
 */
public final class Chromium implements AutoCloseable {
    private static final String PROPERTY = "chromium";
    private static final String OF_DEBIAN = "/usr/bin/chromium";

    /** As root in a container, and asking nobody for anything. */
    private static final List<String> ARGUMENTS = List.of(
            "--no-sandbox",
            "--disable-gpu",
            "--disable-quic",
            "--no-first-run",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync");

    private final Playwright playwright;
    private final Browser browser;

    private Chromium(Playwright playwright, Browser browser) {
        this.playwright = playwright;
        this.browser = browser;
    }

    static Chromium start() {
        Path program = Path.of(System.getProperty(PROPERTY, OF_DEBIAN));
        if (!Files.isExecutable(program)) {
            throw new IllegalStateException("There is no browser for the tests of the console: " + program
                    + " is missing. Install Debian's package chromium (apt-get install chromium), or say where another"
                    + " Chromium is, with -D" + PROPERTY + "=<path>");
        }
        Playwright playwright = Playwright.create(
                new Playwright.CreateOptions().setEnv(Map.of("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1")));
        try {
            return new Chromium(
                    playwright,
                    playwright
                            .chromium()
                            .launch(new LaunchOptions()
                                    .setExecutablePath(program)
                                    .setArgs(ARGUMENTS)));
        } catch (RuntimeException e) {
            playwright.close();
            throw e;
        }
    }

    /** A tab in which nobody has logged in. */
    public Tab open(Service service, Look look) {
        return new Tab(
                browser.newContext(look.options().setBaseURL(service.url("").toString())));
    }

    @Override
    public void close() {
        playwright.close();
    }
}
