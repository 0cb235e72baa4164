package io.github.dingtalkinbox.service.embedded;

import io.github.dingtalkinbox.internal.start.ConfigurationProblem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalInt;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Port and passwords of the embedded server, kept in a file of the form of {@code ~/.pgpass}, so that psql can use it,
 * too.
 *
 * @param passwords by the role: those that may log in, and the superuser
 */
record Logins(int port, Map<String, String> passwords) {
    static final String FILE = "pgpass";
    static final String HOST = "127.0.0.1";
    static final String DATABASE = "inbox";

    static final String SUPERUSER = "postgres";
    static final String APP = "inbox_app";
    static final String MIGRATOR = "inbox_migrator";
    static final String CLEANUP = "inbox_cleanup";
    static final String AUDITOR = "inbox_auditor";

    /** Those of {@code db/roles} that may log in. */
    static final List<String> ROLES = List.of(APP, MIGRATOR, CLEANUP, AUDITOR, "inbox_payload_auditor");

    private static final int PASSWORD_BYTES = 24;
    private static final Pattern LINE = Pattern.compile("[^:#]*:(\\d+):[^:]*:([^:]*):([^:\\\\']+)");

    Logins {
        passwords = Map.copyOf(passwords);
    }

    /** Says nothing of the passwords. */
    @Override
    public String toString() {
        return "Logins[port=" + port + "]";
    }

    static Logins generate(int port) {
        return new Logins(port, Map.of(SUPERUSER, newPassword())).complete();
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
        List<Matcher> lines = Files.readAllLines(file).stream()
                .map(LINE::matcher)
                .filter(Matcher::matches)
                .toList();
        OptionalInt port = lines.stream()
                .filter(line -> line.group(2).equals(SUPERUSER))
                .mapToInt(line -> Integer.parseInt(line.group(1)))
                .findFirst();
        if (port.isEmpty()) {
            throw unusable(file, "has no line <host>:<port>:<database>:" + SUPERUSER + ":<password>");
        }
        return new Logins(
                port.getAsInt(),
                lines.stream().collect(Collectors.toMap(line -> line.group(2), line -> line.group(3), (a, b) -> a)));
    }

    /** Whether every role has a password: those of an earlier version had one role besides the superuser. */
    boolean areComplete() {
        return passwords.keySet().containsAll(ROLES);
    }

    /** With new passwords for the roles that have none. */
    Logins complete() {
        Map<String, String> all = new LinkedHashMap<>();
        all.put(SUPERUSER, password(SUPERUSER));
        ROLES.forEach(role -> all.put(role, passwords.containsKey(role) ? password(role) : newPassword()));
        return new Logins(port, all);
    }

    String password(String role) {
        return Objects.requireNonNull(passwords.get(role), role);
    }

    void write(DataDirectory directory) throws IOException {
        StringBuilder lines = new StringBuilder();
        ROLES.forEach(role -> lines.append(line(DATABASE, role)));
        lines.append(line("*", SUPERUSER));
        directory.writeSecret(FILE, lines.toString());
    }

    Logins withPort(int other) {
        return new Logins(other, passwords);
    }

    String jdbcUrl(String database) {
        return "jdbc:postgresql://" + HOST + ":" + port + "/" + database;
    }

    private String line(String database, String role) {
        return "%s:%d:%s:%s:%s%n".formatted(HOST, port, database, role, password(role));
    }

    private static ConfigurationProblem unusable(Path file, String what) {
        return new ConfigurationProblem(
                "The file with the passwords of the embedded database " + file + " " + what + ".",
                "Put the file back as it was: without it, nobody can open the database. To begin with an empty database,"
                        + " move " + file.getParent() + " out of the way.");
    }

    private static String newPassword() {
        byte[] random = new byte[PASSWORD_BYTES];
        new SecureRandom().nextBytes(random);
        return HexFormat.of().formatHex(random);
    }
}
