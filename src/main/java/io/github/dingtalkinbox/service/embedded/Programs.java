package io.github.dingtalkinbox.service.embedded;

import io.github.dingtalkinbox.internal.start.ConfigurationProblem;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Runs PostgreSQL's programs. They refuse to run as root, so root runs them in a user namespace as an unprivileged
 * user.
 */
final class Programs {
    private static final int ROOT = 0;
    private static final List<String> AS_NOBODY = List.of("unshare", "--user");

    private final Binaries binaries;
    private final List<String> prefix;

    private Programs(Binaries binaries, List<String> prefix) {
        this.binaries = binaries;
        this.prefix = prefix;
    }

    static Programs of(Binaries binaries) throws IOException {
        if (!isRoot()) {
            return new Programs(binaries, List.of());
        }
        Programs programs = new Programs(binaries, AS_NOBODY);
        ProgramResult tried = programs.runCommand(List.of("true"));
        if (!tried.succeeded()) {
            throw new ConfigurationProblem(
                    "PostgreSQL does not run as root, and this system does not let root run it in a user namespace"
                            + " (unshare --user): " + tried.output(),
                    "Run the service as an ordinary user, or name a database in spring.datasource.url.");
        }
        return programs;
    }

    /**
     * Runs a program to its end.
     *
     * @param program its name, without a path
     * @throws IOException if it cannot be run at all
     */
    ProgramResult run(String program, String... arguments) throws IOException {
        List<String> command = new ArrayList<>();
        command.add(binaries.program(program).toString());
        command.addAll(List.of(arguments));
        return runCommand(command);
    }

    private ProgramResult runCommand(List<String> command) throws IOException {
        List<String> whole = new ArrayList<>(prefix);
        whole.addAll(command);
        ProcessBuilder builder = new ProcessBuilder(whole).redirectErrorStream(true);
        // PGDATA, PGPORT, PGOPTIONS and the like are meant for another server.
        builder.environment().keySet().removeIf(name -> name.startsWith("PG"));
        builder.environment().put("LC_ALL", "C");
        Process process = start(builder);
        try {
            process.getOutputStream().close();
            String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            return new ProgramResult(process.waitFor(), output.strip());
        } catch (InterruptedException e) {
            process.destroy();
            Thread.currentThread().interrupt();
            throw new IOException("Interrupted while running " + command.get(0), e);
        }
    }

    private Process start(ProcessBuilder builder) throws IOException {
        try {
            return builder.start();
        } catch (IOException e) {
            if (prefix.isEmpty()) {
                throw e;
            }
            throw new ConfigurationProblem(
                    "PostgreSQL does not run as root, and the program unshare (util-linux), which would help, cannot be"
                            + " run: " + e.getMessage(),
                    "Run the service as an ordinary user, or name a database in spring.datasource.url.",
                    e);
        }
    }

    private static boolean isRoot() throws IOException {
        Path self = Path.of("/proc/self");
        return Files.exists(self) && Files.getAttribute(self, "unix:uid").equals(ROOT);
    }

    /** How a program ended, and everything that it printed. */
    record ProgramResult(int exitCode, String output) {
        boolean succeeded() {
            return exitCode == 0;
        }
    }
}
