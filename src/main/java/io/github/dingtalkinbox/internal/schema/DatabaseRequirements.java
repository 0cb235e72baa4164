package io.github.dingtalkinbox.internal.schema;

import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import javax.sql.DataSource;
import org.postgresql.core.BaseConnection;
import org.springframework.jdbc.core.ConnectionCallback;
import org.springframework.jdbc.core.JdbcTemplate;

/**
 * What a database must be like to keep the promise that an event answered {@code success} has taken effect, once, and is
 * never lost.
 */
final class DatabaseRequirements {
    private static final String VERSION = "server_version_num";
    private static final int OLDEST_VERSION = 150000;
    private static final int MAJOR = 10000;

    private static final String SYNCHRONOUS_COMMIT = "synchronous_commit";
    private static final String STANDBYS = "synchronous_standby_names";
    private static final String MESSAGES = "client_min_messages";

    /** With these, a commit is reported before a standby has it on disk. */
    private static final Set<String> BEFORE_STANDBY = Set.of("local", "remote_write");

    /** With these, a session does not hear that the wait for a standby was cancelled. */
    private static final Set<String> WITHOUT_WARNINGS = Set.of("error", "fatal", "panic");

    private static final List<Requirement> REQUIREMENTS = List.of(
            new Requirement(
                    "fsync",
                    "on",
                    "when the machine loses power, events that were answered \"success\" are lost, or the whole database",
                    setting -> setting.remedy("on")),
            // Its other values wait for the disk of this server at least.
            new Requirement(
                    SYNCHRONOUS_COMMIT,
                    "on",
                    "a commit is reported before it is on disk: when the server crashes, events that were answered"
                            + " \"success\" are lost",
                    setting -> setting.remedy("on")),
            new Requirement(
                    "default_transaction_isolation",
                    "read committed",
                    "at a higher level a second delivery that waited for the first one fails (40001) instead of being"
                            + " a duplicate",
                    setting -> setting.remedy("read committed")),
            new Requirement(
                    "server_encoding",
                    "UTF8",
                    "other encodings cannot hold every text that DingTalk sends",
                    setting -> "create database inbox encoding 'UTF8' template template0; and name it in"
                            + " spring.datasource.url."),
            new Requirement(
                    "in_hot_standby",
                    "off",
                    "the server is a standby, which cannot be written to",
                    setting -> "Name the primary in spring.datasource.url, or several servers and"
                            + " targetServerType=primary."),
            new Requirement(
                    "default_transaction_read_only", "off", "nothing can be written", setting -> setting.remedy("off")),
            new Requirement(
                    MESSAGES,
                    "notice",
                    "PostgreSQL says only in a warning that a commit has not waited for its standby, and the session"
                            + " would not hear it",
                    setting -> setting.remedy("notice")));

    private static final Requirement WAITS_FOR_STANDBY = new Requirement(
            SYNCHRONOUS_COMMIT,
            "on",
            "the server has a synchronous standby (" + STANDBYS
                    + "), and a commit is reported before the standby has it"
                    + " on disk: after a failover, events that were answered \"success\" are gone",
            setting -> setting.remedy("on"));

    private final DataSource dataSource;
    private final PgSettings settings;
    private final NodeClock clock;

    DatabaseRequirements(DataSource dataSource, Clock clock) {
        this.dataSource = dataSource;
        this.clock = new NodeClock(clock);
        this.settings = new PgSettings(dataSource);
    }

    /**
     * Warns of clocks that are apart, too.
     *
     * @throws UnsuitableDatabase with all that is wrong
     */
    void check() {
        List<String> names = new ArrayList<>(List.of(VERSION, STANDBYS));
        REQUIREMENTS.forEach(requirement -> names.add(requirement.name));
        Instant asked = clock.clock().instant();
        List<Setting> found = settings.find(names);
        clock.compare(asked, found.get(0).readAt());
        check(found);
    }

    /** @throws UnsuitableDatabase if it is another product, or has another driver */
    void requirePostgres() {
        String other = new JdbcTemplate(dataSource)
                .execute((ConnectionCallback<String>) connection -> connection.isWrapperFor(BaseConnection.class)
                        ? ""
                        : connection.getMetaData().getDatabaseProductName() + " (driver: "
                                + connection.getMetaData().getDriverName() + ")");
        if (!"".equals(other)) {
            throw new UnsuitableDatabase(
                    "The DataSource of the inbox is one of " + other
                            + ", and the inbox needs a PostgreSQL, with PostgreSQL's own driver.",
                    List.of(
                            "Annotate a DataSource bean of a PostgreSQL with @InboxDataSource, or name it in"
                                    + " inbox.datasource: src/docs/library.md shows how.",
                            "Or, where there is none, switch the inbox off: inbox.enabled=false"));
        }
    }

    /** Keeps the session of this transaction fit for as long as it lives, if the transaction commits. */
    void pin() {
        settings.pin();
    }

    static void check(List<Setting> settings) {
        Map<String, Setting> found = settings.stream().collect(Collectors.toMap(Setting::name, Function.identity()));
        List<Finding> findings = new ArrayList<>();
        checkVersion(Objects.requireNonNull(found.get(VERSION)), findings);
        for (Requirement requirement : REQUIREMENTS) {
            Setting setting = found.get(requirement.name);
            if (setting != null && !requirement.accepts(setting)) {
                findings.add(requirement.finding(setting));
            }
        }
        Setting commit = found.get(SYNCHRONOUS_COMMIT);
        Setting standbys = found.get(STANDBYS);
        if (commit != null
                && BEFORE_STANDBY.contains(commit.value())
                && standbys != null
                && !standbys.value().isBlank()) {
            findings.add(WAITS_FOR_STANDBY.finding(commit));
        }
        if (!findings.isEmpty()) {
            throw new UnsuitableDatabase(
                    findings.stream()
                            .map(Finding::description)
                            .collect(Collectors.joining("\n  ", "The database is not fit for the inbox:\n  ", "")),
                    findings.stream().map(Finding::remedy).toList());
        }
    }

    private static void checkVersion(Setting version, List<Finding> findings) {
        int found = Integer.parseInt(version.value());
        if (found < OLDEST_VERSION) {
            findings.add(new Finding(
                    "PostgreSQL is version " + found / MAJOR + "." + found % MAJOR + ", required is "
                            + OLDEST_VERSION / MAJOR + " or later: the inbox is not tested with older ones.",
                    "Upgrade the server to PostgreSQL " + OLDEST_VERSION / MAJOR + " or later."));
        }
    }

    private record Finding(String description, String remedy) {}

    private record Requirement(String name, String required, String reason, Function<Setting, String> remedy) {
        boolean accepts(Setting setting) {
            return switch (name) {
                case SYNCHRONOUS_COMMIT -> !setting.value().equals("off");
                case MESSAGES -> !WITHOUT_WARNINGS.contains(setting.value());
                default -> setting.value().equals(required);
            };
        }

        Finding finding(Setting setting) {
            return new Finding(
                    name + " is '" + setting.value() + "', required is '" + required + "': " + reason + ".",
                    remedy.apply(setting));
        }
    }
}
