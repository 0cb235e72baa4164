package io.github.dingtalkinbox.testing;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * The processes of a PostgreSQL server.
 *
 * @param data its data directory
 */
record ServerProcesses(Path data) {
    /** Sends a signal to all of them. */
    void signal(String signal) throws IOException, InterruptedException {
        ProcessHandle server = postmaster();
        // So that no process is added meanwhile.
        signal("-STOP", Stream.of(server));
        List<ProcessHandle> others = server.descendants().toList();
        signal(signal, Stream.concat(others.stream(), Stream.of(server)));
    }

    /** Sends a signal to the server itself. */
    void signalPostmaster(String signal) throws IOException, InterruptedException {
        signal(signal, Stream.of(postmaster()));
    }

    private ProcessHandle postmaster() throws IOException {
        long pid = Long.parseLong(
                Files.readAllLines(data.resolve("postmaster.pid")).get(0).strip());
        return ProcessHandle.of(pid).orElseThrow();
    }

    static void signal(String signal, Stream<ProcessHandle> processes) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of("kill", signal));
        processes.map(ProcessHandle::pid).map(String::valueOf).forEach(command::add);
        new ProcessBuilder(command).inheritIO().start().waitFor();
    }
}
