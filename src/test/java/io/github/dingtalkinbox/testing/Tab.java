package io.github.dingtalkinbox.testing;

import static org.assertj.core.api.Assertions.assertThat;

import com.deque.html.axecore.args.AxeRunOptions;
import com.deque.html.axecore.playwright.AxeBuilder;
import com.deque.html.axecore.results.AxeResults;
import com.deque.html.axecore.results.Rule;
import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.ConsoleMessage;
import com.microsoft.playwright.Dialog;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Request;
import com.microsoft.playwright.Response;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * A tab of the browser. Whatever goes wrong in it fails the test when it is closed: what the browser complains of (a script or
 * a style that the policy refuses, too), an exception in a script, a dialog, a request without an answer, and an answer that
 * is an error and was not expected.
 */
public final class Tab implements AutoCloseable {
    private static final Set<String> GRAVE = Set.of("serious", "critical");
    private static final Set<String> COMPLAINTS = Set.of("error", "warning");
    private static final int FIRST_ERROR = 400;
    private static final double PATIENCE = 30_000;
    /** Axe looks at each cell for long. */
    private static final String ROWS_LIKE_THOSE_BEFORE = "tbody tr:nth-child(n + 6)";

    private static final String REFUSED = "Failed to load resource";
    /** What was under way for a page when it was left. */
    private static final String LEFT = "net::ERR_ABORTED";

    private final BrowserContext context;
    private final Page page;
    private final Set<String> refusals = new HashSet<>();
    private final List<String> problems = new ArrayList<>();
    private int loads;

    Tab(BrowserContext context) {
        this.context = context;
        context.setDefaultTimeout(PATIENCE);
        this.page = context.newPage();
        page.onConsoleMessage(this::note);
        page.onPageError(error -> problems.add("exception: " + error));
        page.onDialog(this::dismiss);
        page.onRequestFailed(this::note);
        page.onResponse(this::note);
        page.onLoad(loaded -> loads++);
    }

    /** What stands in it. */
    public Page page() {
        return page;
    }

    public Locator find(String selector) {
        return page.locator(selector);
    }

    public int count(String selector) {
        return page.locator(selector).count();
    }

    /** What is written there. */
    public String text(String selector) {
        return page.locator(selector).innerText();
    }

    /** Goes to a page that is there. */
    public void go(String path) {
        assertThat(navigate(path)).as(path).isEqualTo(200);
    }

    /** Goes to one that is not, or that is not shown. */
    public void goInVain(String path, int status) {
        expectRefusal(path);
        assertThat(navigate(path)).as(path).isEqualTo(status);
    }

    private int navigate(String path) {
        Response response = page.navigate(path);
        return response == null ? 0 : response.status();
    }

    /** From now on, this path may answer with an error. */
    public void expectRefusal(String path) {
        refusals.add(pathOf(path));
    }

    /** Does what leads to another page, and waits for that. */
    public void follow(Runnable deed) {
        int before = loads;
        deed.run();
        page.waitForCondition(() -> loads > before);
    }

    /** Clicks on what leads to another page, and waits for that. */
    public void follow(String selector) {
        follow(() -> page.click(selector));
    }

    /** Goes to a page as a user whose password is his name, by way of the login. */
    public void goAs(String user, String path) {
        go(path);
        submitLogin(user, user);
        assertThat(text("#user")).isEqualTo(user);
    }

    /** As a user whose password is his name. */
    public void logIn(String user) {
        go("/admin/login");
        submitLogin(user, user);
        assertThat(text("#user")).isEqualTo(user);
    }

    /** On the page of the login. */
    public void submitLogin(String user, String password) {
        page.fill("#username", user);
        page.fill("#password", password);
        follow("button#login");
    }

    /** Nobody has to move a page sideways to read it. */
    public void assertFits() {
        int width = page.viewportSize().width;
        assertThat(page.evaluate("document.documentElement.scrollWidth"))
                .as("width of " + page.url())
                .isEqualTo(width);
    }

    /** That people can use it who see badly, or do not see. */
    public void assertAccessible() {
        List<String> violations = new ArrayList<>();
        AxeRunOptions options = new AxeRunOptions();
        options.setResultTypes(List.of("violations"));
        AxeBuilder axe = new AxeBuilder(page)
                // There are no frames; else it would open another tab to put its results together.
                .setLegacyMode(true)
                .options(options)
                .exclude(ROWS_LIKE_THOSE_BEFORE);
        AxeResults results = axe.analyze();
        assertThat(results.getPasses()).as("what was checked of " + page.url()).isNotEmpty();
        for (Rule rule : results.getViolations()) {
            if (GRAVE.contains(rule.getImpact())) {
                rule.getNodes()
                        .forEach(node -> violations.add(
                                rule.getId() + " at " + node.getTarget() + ": " + node.getFailureSummary()));
            }
        }
        assertThat(violations).as(page.url()).isEmpty();
    }

    @Override
    public void close() {
        context.close();
        assertThat(problems).as("what went wrong in the browser").isEmpty();
    }

    private void note(ConsoleMessage message) {
        boolean isRefusal = message.text().startsWith(REFUSED) && isExpected(message.location());
        if (COMPLAINTS.contains(message.type()) && !isRefusal) {
            problems.add(message.type() + ": " + message.text() + " " + message.location());
        }
    }

    private void note(Request failed) {
        if (!LEFT.equals(failed.failure())) {
            problems.add(failed.failure() + ": " + failed.url());
        }
    }

    private void note(Response response) {
        if (response.status() >= FIRST_ERROR && !isExpected(response.url())) {
            problems.add(response.status() + ": " + response.url());
        }
    }

    private boolean isExpected(String url) {
        return refusals.contains(pathOf(url));
    }

    /** Nothing here opens one, but a script that came with an event might. */
    private void dismiss(Dialog dialog) {
        problems.add("dialog: " + dialog.message());
        dialog.dismiss();
    }

    private static String pathOf(String url) {
        return url.replaceFirst("^https?://[^/]*", "").replaceFirst("[?:#].*$", "");
    }
}
