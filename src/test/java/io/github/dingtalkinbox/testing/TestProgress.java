package io.github.dingtalkinbox.testing;

import static java.util.stream.Collectors.joining;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * How far the test run is. What the test processes print goes through Maven, which shows it as it likes; so they only note in
 * files what they run, and a process of its own, a child of Maven's, says once a minute on Maven's standard error what the
 * files say. Found by the engine itself, for every test class.
 */
public final class TestProgress implements BeforeAllCallback, AfterAllCallback {
    private static final Path NOTES = Path.of("target", "test-progress");
    private static final Path CLASSES = Path.of("target", "test-classes");
    private static final String TEST = "Test.class";
    private static final String DONE = ".done";

    private final Path notes;
    private final Instant since;

    /** For the engine. */
    public TestProgress() {
        this(NOTES, Instant.EPOCH);
    }

    TestProgress(Path notes, Instant since) {
        this.notes = notes;
        this.since = since;
    }

    /**
     * Says it until the process that started this one ends.
     *
     * @param arguments when the build has begun, and which tests were asked for, if not all
     */
    public static void main(String[] arguments) throws Exception {
        TestProgress progress = new TestProgress(NOTES, Instant.parse(arguments[0]));
        long all = arguments.length > 1 && !arguments[1].isBlank() ? 0 : testClasses();
        var maven = ProcessHandle.current().parent().orElseThrow();
        while (!hasEndedWithinAMinute(maven)) {
            System.err.println(progress.line(all, Clock.systemUTC()));
        }
    }

    private static boolean hasEndedWithinAMinute(ProcessHandle process)
            throws InterruptedException, ExecutionException {
        try {
            process.onExit().get(1, TimeUnit.MINUTES);
            return true;
        } catch (TimeoutException e) {
            return false;
        }
    }

    private static long testClasses() throws IOException {
        try (Stream<Path> walk = Files.walk(CLASSES)) {
            return walk.map(file -> file.getFileName().toString())
                    .filter(name -> name.endsWith(TEST) && !name.contains("$"))
                    .count();
        }
    }

    @Override
    public void beforeAll(ExtensionContext context) {
        note(context, "");
    }

    @Override
    public void afterAll(ExtensionContext context) {
        note(context, DONE);
    }

    private void note(ExtensionContext context, String suffix) {
        Class<?> test = context.getRequiredTestClass();
        if (test.getEnclosingClass() == null) {
            note(test.getName(), suffix, Instant.now());
        }
    }

    void begin(String test, Instant when) {
        note(test, "", when);
    }

    void end(String test, Instant when) {
        note(test, DONE, when);
    }

    private void note(String test, String suffix, Instant when) {
        try {
            Files.createDirectories(notes);
            Path note = notes.resolve(test + suffix);
            Files.write(note, new byte[0]);
            Files.setLastModifiedTime(note, FileTime.from(when));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** @param all how many test classes there are to run, 0 if that is not known */
    String line(long all, Clock clock) {
        List<String> begun = names("");
        List<String> ended = names(DONE);
        String running = begun.stream()
                .filter(test -> !ended.contains(test))
                .map(test -> test.substring(test.lastIndexOf('.') + 1))
                .sorted()
                .collect(joining(", "));
        // The integration tests come after all others, and are not many.
        long done = ended.stream().filter(test -> test.endsWith("Test")).count();
        Duration taken = Duration.between(since, clock.instant());
        return "verify: %d%s test classes done, running %s, %02d:%02d"
                .formatted(
                        done,
                        all == 0 ? "" : " of " + all,
                        running.isEmpty() ? "none" : running,
                        taken.toMinutes(),
                        taken.toSecondsPart());
    }

    /** Of the test classes that have such a note of this build. */
    private List<String> names(String suffix) {
        if (!Files.isDirectory(notes)) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(notes)) {
            return files.filter(this::isOfThisBuild)
                    .map(file -> file.getFileName().toString())
                    .filter(name -> name.endsWith(DONE) == suffix.equals(DONE))
                    .map(name -> name.substring(0, name.length() - suffix.length()))
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private boolean isOfThisBuild(Path file) {
        try {
            return !Files.getLastModifiedTime(file).toInstant().isBefore(since);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
