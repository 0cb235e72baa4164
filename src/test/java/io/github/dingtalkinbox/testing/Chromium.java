package io.github.dingtalkinbox.testing;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserType.LaunchOptions;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Playwright;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The browser of this test run, the one that {@link BrowserSearch} has found. Each {@link Tab} in it has cookies and settings
 * of its own. For one thread.
 */
public final class Chromium implements AutoCloseable {
    private static final Duration LONGEST_START = Duration.ofSeconds(60);

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

    /** @throws IllegalStateException if there is no browser: what was tried, and what to do */
    static Chromium start() {
        return launch(BrowserSearch.ofThisBuild().program(), LONGEST_START);
    }

    /**
     * Launches this browser and shows a page, then ends it.
     *
     * @param program {@code null}: Playwright's own
     */
    static void tryOut(@Nullable Path program, Duration limit) {
        try (Chromium chromium = launch(program, limit)) {
            Page page = chromium.browser.newPage();
            page.setDefaultTimeout((double) limit.toMillis());
            page.navigate("data:text/html,<title>shown</title>");
            if (!page.title().equals("shown")) {
                throw new IllegalStateException("launches, but shows no page");
            }
        }
    }

    private static Chromium launch(@Nullable Path program, Duration limit) {
        Playwright playwright = Playwright.create(
                new Playwright.CreateOptions().setEnv(Map.of("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1")));
        try {
            LaunchOptions options = new LaunchOptions().setArgs(ARGUMENTS).setTimeout((double) limit.toMillis());
            if (program != null) {
                options.setExecutablePath(program);
            }
            return new Chromium(playwright, playwright.chromium().launch(options));
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
