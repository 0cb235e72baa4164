package io.github.dingtalkinbox.testing;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.microsoft.playwright.CLI;
import java.io.File;
import java.io.IOException;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Properties;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * Looks for the browser of the tests, and brings one if there is none: takes the first that launches and shows a page, since
 * one that only exists may lack a library, or be a stub. Maven runs it once, before the tests, which find its result in a
 * file; tests that are run without Maven run it when they need it.
 */
final class BrowserSearch {
    private static final Duration LONGEST_TRIAL = Duration.ofSeconds(20);
    private static final Path RESULT = Path.of("target", "browser.properties");
    private static final String WAY = "way";
    private static final String PROGRAM = "program";
    private static final String PROBLEM = "problem";

    private static final String WHAT_TO_DO = """
            Install Chromium, Google Chrome or Microsoft Edge (on Debian: apt-get install chromium), or name one with
            -Dchromium=<path>. Behind a proxy, set HTTPS_PROXY, so that Playwright's own can be downloaded.""";

    /** Fails if a browser does not show a page. */
    interface Trial {
        void of(@Nullable Path program);
    }

    /**
     * What the search came to.
     *
     * @param program {@code null}: Playwright's own
     * @param before what was tried before it
     */
    record FoundBrowser(String way, @Nullable Path program, List<String> before) {
        @Override
        public String toString() {
            return named(way, program) + (before.isEmpty() ? "" : ". Tried before it: " + String.join("; ", before));
        }
    }

    private final Duration limit;
    private final Trial trial;
    private final List<String> tried = new ArrayList<>();

    BrowserSearch(Duration limit, Trial trial) {
        this.limit = limit;
        this.trial = trial;
    }

    /** Announces the browser, or what was tried, and keeps it for the tests. */
    public static void main(String[] args) {
        try {
            System.out.println("Browser of the tests: " + search());
        } catch (IllegalStateException e) {
            System.out.println(e.getMessage());
        }
        // A browser that hung is not to outlive the search.
        ProcessHandle.current().descendants().forEach(ProcessHandle::destroyForcibly);
        System.exit(0);
    }

    /** @throws IllegalStateException if there is none: what was tried, and what to do */
    static FoundBrowser ofThisBuild() {
        if (!Files.exists(RESULT)) {
            return search();
        }
        Properties result = new Properties();
        try (Reader reader = Files.newBufferedReader(RESULT)) {
            result.load(reader);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        String problem = result.getProperty(PROBLEM);
        if (problem != null) {
            throw new IllegalStateException(problem);
        }
        String program = result.getProperty(PROGRAM);
        return new FoundBrowser(result.getProperty(WAY), program == null ? null : Path.of(program), List.of());
    }

    /** One at a time on this machine: another build may be downloading the same. */
    @SuppressWarnings("try") // The lock is only held.
    private static FoundBrowser search() {
        Path lock = Path.of(
                System.getProperty("java.io.tmpdir"), "browser-search-of-" + System.getProperty("user.name") + ".lock");
        try (FileChannel channel = FileChannel.open(lock, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                FileLock held = channel.lock()) {
            Properties result = new Properties();
            try {
                FoundBrowser found = new BrowserSearch(
                                LONGEST_TRIAL, program -> Chromium.tryOut(program, LONGEST_TRIAL))
                        .first(BrowserWay.all(BrowserPlaces.ofThisMachine()));
                result.setProperty(WAY, found.way());
                if (found.program() != null) {
                    result.setProperty(PROGRAM, found.program().toString());
                }
                return found;
            } catch (IllegalStateException e) {
                result.setProperty(PROBLEM, e.getMessage());
                throw e;
            } finally {
                keep(result);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("The search for a browser cannot use " + lock + " and " + RESULT, e);
        }
    }

    private static void keep(Properties result) throws IOException {
        Files.createDirectories(RESULT.getParent());
        try (Writer writer = Files.newBufferedWriter(RESULT)) {
            result.store(writer, null);
        }
    }

    /** @throws IllegalStateException if none of these ways leads to a browser that shows a page */
    FoundBrowser first(List<BrowserWay> ways) {
        for (BrowserWay way : ways) {
            try {
                for (List<String> command : way.preparation()) {
                    System.out.println("No browser yet. Running: " + shown(command));
                    run(command, way.longestPreparation());
                }
                showAPage(way.program());
                return new FoundBrowser(way.name(), way.program(), tried);
            } catch (IllegalStateException e) {
                tried.add(named(way.name(), way.program()) + ": " + e.getMessage());
            }
        }
        throw new IllegalStateException("There is no browser for the tests of the console. Looked for "
                + String.join(", ", BrowserPlaces.NAMES) + " on the PATH, and tried:\n"
                + String.join("\n", tried.stream().map(t -> "* " + t).toList()) + "\n" + WHAT_TO_DO);
    }

    private static String named(String way, @Nullable Path program) {
        return program == null ? way : way + " (" + program + ")";
    }

    private void showAPage(@Nullable Path program) {
        ExecutorService thread = Executors.newSingleThreadExecutor(task -> {
            Thread daemon = new Thread(task, "browser-search");
            daemon.setDaemon(true);
            return daemon;
        });
        Future<?> shown = thread.submit(() -> trial.of(program));
        try {
            shown.get(limit.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            throw new IllegalStateException("shows no page within " + limit.toSeconds() + " s", e);
        } catch (ExecutionException e) {
            throw new IllegalStateException(
                    reason(String.valueOf(Objects.requireNonNull(e.getCause()).getMessage())), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        } finally {
            thread.shutdownNow();
        }
    }

    /** Of all that Playwright says, what the browser said before it ended, or the first words. */
    static String reason(String message) {
        return message.lines()
                .filter(line -> line.contains("[err]"))
                .map(line -> line.substring(line.indexOf("[err]") + "[err]".length()))
                .findFirst()
                .or(() -> message.lines()
                        .map(line -> line.replaceFirst("^\\s*(Error \\{|message=')", ""))
                        .filter(line -> !line.isBlank())
                        .findFirst())
                .orElse(message)
                .strip();
    }

    /** @throws IllegalStateException if it fails or takes longer */
    static void run(List<String> command, Duration longest) {
        try {
            Path output = Files.createTempFile("browser-search", ".log");
            try {
                ProcessBuilder builder = new ProcessBuilder(command)
                        .redirectErrorStream(true)
                        .redirectInput(new File(isWindows() ? "NUL" : "/dev/null"))
                        .redirectOutput(output.toFile());
                builder.environment().put("DEBIAN_FRONTEND", "noninteractive");
                Process process = builder.start();
                if (!process.waitFor(longest.toMillis(), TimeUnit.MILLISECONDS)) {
                    process.descendants().forEach(ProcessHandle::destroyForcibly);
                    process.destroyForcibly().waitFor();
                    throw new IllegalStateException(
                            shown(command) + " did not end within " + longest.toSeconds() + " s");
                }
                if (process.exitValue() != 0) {
                    throw new IllegalStateException(shown(command) + " failed: " + complaint(output));
                }
            } finally {
                Files.deleteIfExists(output);
            }
        } catch (IOException e) {
            throw new IllegalStateException(e.getMessage(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }

    private static String complaint(Path output) throws IOException {
        List<String> lines = new String(Files.readAllBytes(output), UTF_8)
                .lines()
                .map(String::strip)
                .filter(line -> !line.isEmpty())
                .toList();
        return lines.stream()
                .filter(line -> line.matches("(?i)(e|error|failed|.*\\berror):? .*"))
                .findFirst()
                .orElse(lines.isEmpty() ? "without a word" : lines.get(lines.size() - 1));
    }

    /** Without where Java is and its class path, which nobody wants to read. */
    private static String shown(List<String> command) {
        int program = command.indexOf(CLI.class.getName());
        return program < 0
                ? String.join(" ", command)
                : "playwright " + String.join(" ", command.subList(program + 1, command.size()));
    }

    private static boolean isWindows() {
        return File.separatorChar == '\\';
    }
}
