package io.github.dingtalkinbox.service.embedded;

import io.github.dingtalkinbox.internal.start.ConfigurationProblem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalInt;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.MapPropertySource;

/**
 * Port and passwords of the embedded server, kept in a file in the format of {@code ~/.pgpass}, so that psql can use it
 * too.
 *
 * @param passwords by role: those that may log in, and the superuser
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

    /** The roles of {@code db/roles} that may log in. */
    static final List<String> ROLES = List.of(APP, MIGRATOR, CLEANUP, AUDITOR, "inbox_payload_auditor");

    private static final int PASSWORD_BYTES = 24;
    private static final Pattern LINE = Pattern.compile("[^:#]*:(\\d+):[^:]*:([^:]*):([^:\\\\']+)");

    Logins {
        passwords = Map.copyOf(passwords);
    }

    /** Without the passwords. */
    @Override
    public String toString() {
        return "Logins[port=" + port + "]";
    }

    static Logins generate(int port) {
        Map<String, String> passwords = new HashMap<>(Map.of(SUPERUSER, newPassword()));
        ROLES.forEach(role -> passwords.put(role, newPassword()));
        return new Logins(port, passwords);
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
        Map<String, String> passwords =
                lines.stream().collect(Collectors.toMap(line -> line.group(2), line -> line.group(3), (a, b) -> a));
        for (String role : ROLES) {
            if (!passwords.containsKey(role)) {
                throw unusable(file, "has no line for the role " + role);
            }
        }
        return new Logins(port.getAsInt(), passwords);
    }

    /**
     * Adds the logins of the service, of migrations and of the cleanup. They take precedence over all other properties,
     * because a configured role belongs to another database.
     */
    void addTo(ConfigurableEnvironment environment) {
        environment
                .getPropertySources()
                .addFirst(new MapPropertySource(
                        "embedded database",
                        Map.of(
                                "spring.datasource.url", jdbcUrl(DATABASE),
                                "spring.datasource.username", APP,
                                "spring.datasource.password", password(APP),
                                "inbox.schema.username", MIGRATOR,
                                "inbox.schema.password", password(MIGRATOR),
                                "inbox.retention.username", CLEANUP,
                                "inbox.retention.password", password(CLEANUP))));
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
                "Restore the file as it was: without it, the database cannot be opened. To start with an empty database,"
                        + " move " + file.getParent() + " out of the way.");
    }

    private static String newPassword() {
        byte[] random = new byte[PASSWORD_BYTES];
        new SecureRandom().nextBytes(random);
        return HexFormat.of().formatHex(random);
    }
}
