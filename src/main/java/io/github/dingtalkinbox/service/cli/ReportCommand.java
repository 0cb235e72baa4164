package io.github.dingtalkinbox.service.cli;

import io.github.dingtalkinbox.internal.text.Printable;
import io.github.dingtalkinbox.service.audit.Audit;
import io.github.dingtalkinbox.service.audit.Report;
import io.github.dingtalkinbox.service.audit.ReportRows;
import io.github.dingtalkinbox.service.cli.Cli.Terminal;
import io.github.dingtalkinbox.service.cli.Cli.UsageException;
import java.io.PrintWriter;
import java.time.Clock;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Unmatched;

/** Answers a question that DBAs ask. */
@Command(
        name = "report",
        description = {
            "Answers a question about events, duplicates, handlers, the queue or the tables. Without a name, lists the"
                    + " reports.",
            "",
            "Uses the database of the service, from the same configuration (environment, application.properties,"
                    + " --spring.datasource.url=…); if none is configured, the embedded one of a service that is running"
                    + " on this machine. Only reads."
        },
        mixinStandardHelpOptions = true,
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {"0:answered, even if the answer is empty", "2:wrong options, no such report, or no database"})
final class ReportCommand implements Callable<Integer> {
    private static final Duration DEFAULT_TIME = Duration.ofDays(7);

    private final Terminal terminal;
    private final Clock clock;

    @Parameters(
            index = "0",
            arity = "0..1",
            paramLabel = "NAME",
            description = "Which report. Without it, all are listed.")
    private final List<String> names = new ArrayList<>();

    @Option(
            names = "--from",
            paramLabel = "<time>",
            description =
                    "Start of the period: 2026-11-24, 2026-11-24T03:00 or 2026-11-24T03:00:00Z. Default: 7 days before"
                            + " --to.")
    private @Nullable String from;

    @Option(names = "--to", paramLabel = "<time>", description = "End of the period (exclusive). Default: now.")
    private @Nullable String to;

    @Option(names = "--format", paramLabel = "<format>", description = "table, csv or json. Default: table")
    private String format = "table";

    @Option(
            names = "--time-zone",
            paramLabel = "<zone>",
            description = "Time zone of days and times: Asia/Shanghai, UTC, +08:00, … Default: this machine's.")
    private @Nullable String timeZone;

    @Unmatched
    private final List<String> properties = new ArrayList<>();

    ReportCommand(Terminal terminal, Clock clock) {
        this.terminal = terminal;
        this.clock = clock;
    }

    @Override
    public Integer call() throws Exception {
        List<Report> reports = Report.all();
        if (names.isEmpty()) {
            list(reports);
            return 0;
        }
        Report report = find(reports, names.get(0));
        ReportFormat written = format();
        ZoneId zone = zone();
        Instant end = to == null ? clock.instant() : PointInTime.read("--to", to, zone);
        Instant begin = from == null ? end.minus(DEFAULT_TIME) : PointInTime.read("--from", from, zone);
        if (!begin.isBefore(end)) {
            throw new UsageException("--from must be before --to, but " + begin + " is not before " + end + ".");
        }
        ReportRows rows = new ServiceDatabase(properties)
                .use(dataSource -> new Audit(dataSource).report(report.name(), begin, end, zone));
        if (written == ReportFormat.TABLE) {
            explain(report, begin, end, zone);
        }
        written.print(rows, terminal.out());
        return 0;
    }

    private void list(List<Report> reports) {
        new ServiceDatabase(properties); // a mistyped option is none of its properties
        TextTable table = TextTable.withHeadings(List.of("report", "answers"));
        reports.forEach(report -> table.add(report.name(), report.question()));
        table.print(terminal.out());
    }

    private void explain(Report report, Instant begin, Instant end, ZoneId zone) {
        PrintWriter out = terminal.out();
        out.println(report.question());
        report.explanation().forEach(out::println);
        out.println("From " + shown(begin, zone) + " to " + shown(end, zone) + ", times in " + zone + ".");
        out.println();
    }

    private static String shown(Instant instant, ZoneId zone) {
        return instant.truncatedTo(ChronoUnit.SECONDS)
                .atZone(zone)
                .toOffsetDateTime()
                .toString();
    }

    private ReportFormat format() {
        try {
            return ReportFormat.valueOf(format.toUpperCase(Locale.ROOT));
        } catch (IllegalArgumentException e) {
            throw new UsageException("--format must be table, csv or json, but is \"" + format + "\".");
        }
    }

    private ZoneId zone() {
        try {
            return timeZone == null ? ZoneId.systemDefault() : ZoneId.of(timeZone);
        } catch (DateTimeException e) {
            throw new UsageException(
                    "--time-zone is unknown: \"" + timeZone + "\". Write Asia/Shanghai, UTC or +08:00.");
        }
    }

    private static Report find(List<Report> reports, String name) {
        String wanted = name.replace('-', '_').toLowerCase(Locale.ROOT);
        return reports.stream()
                .filter(report -> report.name().equals(wanted))
                .findFirst()
                .orElseThrow(() -> new UsageException("There is no report \"" + Printable.line(name)
                        + "\". There are: "
                        + reports.stream().map(Report::name).collect(Collectors.joining(", ")) + "."));
    }
}
