package io.github.dingtalkinbox.service.embedded;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;

/** A service in a process of its own, to be killed: it has committed one row of {@code effects}, and not another one. */
final class EmbeddedServerProcess {
    private static final String READY = "ready";

    private EmbeddedServerProcess() {}

    public static void main(String[] args) throws IOException, SQLException {
        EmbeddedServer server = EmbeddedServer.start(DataDirectory.open(Path.of(args[0])));
        try (Connection connection = Login.as("inbox_migrator", server).connect();
                var statement = connection.createStatement()) {
            statement.execute("create table effects (name text)");
            statement.execute("insert into effects values ('committed')");
            connection.setAutoCommit(false);
            statement.execute("insert into effects values ('not committed')");
            System.out.println(READY);
            System.in.read();
        }
    }

    static Process start(Path directory) throws IOException {
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        EmbeddedServerProcess.class.getName(),
                        directory.toString())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        var lines = new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
        for (String line = lines.readLine(); !READY.equals(line); line = lines.readLine()) {
            if (line == null) {
                throw new IOException("The service did not start");
            }
        }
        return process;
    }
}
