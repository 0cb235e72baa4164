package io.github.dingtalkinbox.embedded;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Port and passwords of the embedded server, kept in a file of the form of {@code ~/.pgpass}, so that psql can use it,
 * too.
 */
record Logins(int port, String superuserPassword, String applicationPassword) {
    static final String FILE = "pgpass";
    static final String HOST = "127.0.0.1";
    static final String SUPERUSER = "postgres";
    /** Name of the application's role and of its database. */
    static final String APPLICATION = "inbox";

    private static final int PASSWORD_BYTES = 24;
    private static final Pattern LINE = Pattern.compile("[^:#]*:(\\d+):[^:]*:([^:]*):([^:\\\\']+)");

    /** Says nothing of the passwords. */
    @Override
    public String toString() {
        return "Logins[port=" + port + "]";
    }

    static Logins generate(int port) {
        return new Logins(port, password(), password());
    }

    static boolean exist(DataDirectory directory) {
        return Files.exists(directory.resolve(FILE));
    }

    static Logins read(DataDirectory directory) throws IOException {
        return read(directory.resolve(FILE));
    }

    static Logins read(Path file) throws IOException {
        if (!Files.exists(file)) {
            throw unusable(file, "is missing");
        }
        List<String> lines = Files.readAllLines(file);
        Matcher superuser = line(file, lines, SUPERUSER);
        Matcher application = line(file, lines, APPLICATION);
        return new Logins(Integer.parseInt(application.group(1)), superuser.group(3), application.group(3));
    }

    void write(DataDirectory directory) throws IOException {
        directory.writeSecret(
                FILE, """
                %1$s:%2$d:%3$s:%3$s:%4$s
                %1$s:%2$d:*:%5$s:%6$s
                """.formatted(HOST, port, APPLICATION, applicationPassword, SUPERUSER, superuserPassword));
    }

    Logins withPort(int other) {
        return new Logins(other, superuserPassword, applicationPassword);
    }

    String jdbcUrl(String database) {
        return "jdbc:postgresql://" + HOST + ":" + port + "/" + database;
    }

    private static Matcher line(Path file, List<String> lines, String user) {
        return lines.stream()
                .map(LINE::matcher)
                .filter(m -> m.matches() && m.group(2).equals(user))
                .findFirst()
                .orElseThrow(() -> unusable(file, "has no line <host>:<port>:<database>:" + user + ":<password>"));
    }

    private static EmbeddedFailure unusable(Path file, String what) {
        return new EmbeddedFailure(
                "The file with the passwords of the embedded database " + file + " " + what + ".",
                "Put the file back as it was: without it, nobody can open the database. To begin with an empty database,"
                        + " move " + file.getParent() + " out of the way.");
    }

    private static String password() {
        byte[] random = new byte[PASSWORD_BYTES];
        new SecureRandom().nextBytes(random);
        return HexFormat.of().formatHex(random);
    }
}
