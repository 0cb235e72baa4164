package io.github.dingtalkinbox.service.embedded;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * The file in which a running server names itself. It is left behind if the server or the machine was killed, and its
 * process id may belong to another program by now (process ids in containers are small and are reused).
 */
final class PostmasterPid {
    private static final String FILE = "postmaster.pid";
    private static final int PID_LINE = 0;
    private static final int START_LINE = 2;
    /** Processes and the server use different clocks for the start, and whole seconds. */
    private static final Duration TOLERANCE = Duration.ofSeconds(5);

    private final Path cluster;
    private final Path file;

    PostmasterPid(Path cluster) {
        this.cluster = cluster;
        this.file = cluster.resolve(FILE);
    }

    boolean exists() {
        return Files.exists(file);
    }

    void delete() throws IOException {
        Files.deleteIfExists(file);
    }

    /** The server that the file names, if it still runs. */
    Optional<ProcessHandle> runningServer() throws IOException {
        List<String> lines = Files.readAllLines(file);
        return number(lines, PID_LINE)
                .flatMap(ProcessHandle::of)
                .filter(ProcessHandle::isAlive)
                .filter(process -> isServer(process.info(), number(lines, START_LINE)));
    }

    /**
     * A process that does not show its command is a zombie, or belongs to another user. In case of doubt it counts as a
     * server, because deleting the file of a running server would be the worse mistake.
     */
    private boolean isServer(ProcessHandle.Info process, Optional<Long> started) {
        boolean postgres = process.command()
                .map(command -> Path.of(command).getFileName().toString().startsWith("postgres"))
                .orElse(false);
        boolean here = process.arguments()
                .map(arguments -> Arrays.asList(arguments).contains(cluster.toString()))
                .orElse(false);
        return postgres && (here || startedAt(process, started));
    }

    private static boolean startedAt(ProcessHandle.Info process, Optional<Long> started) {
        if (process.startInstant().isEmpty() || started.isEmpty()) {
            return true;
        }
        Duration difference = Duration.between(process.startInstant().get(), Instant.ofEpochSecond(started.get()));
        return difference.abs().compareTo(TOLERANCE) <= 0;
    }

    private static Optional<Long> number(List<String> lines, int line) {
        return lines.stream()
                .skip(line)
                .findFirst()
                .map(String::strip)
                .filter(text -> text.matches("\\d{1,18}"))
                .map(Long::valueOf);
    }
}
