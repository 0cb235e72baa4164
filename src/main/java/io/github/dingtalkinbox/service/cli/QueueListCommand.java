package io.github.dingtalkinbox.service.cli;

import io.github.dingtalkinbox.internal.text.Printable;
import io.github.dingtalkinbox.service.cli.Cli.Terminal;
import io.github.dingtalkinbox.service.cli.Cli.UsageException;
import io.github.dingtalkinbox.service.operations.QueuePosition;
import io.github.dingtalkinbox.service.operations.QueueSelection;
import io.github.dingtalkinbox.service.operations.QueuedEntry;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Unmatched;

/** The events in the queue. */
@Command(
        name = "list",
        description = "Lists the events in the queue, oldest first: waiting, dead and discarded.",
        mixinStandardHelpOptions = true,
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {"0:listed, even if there are none", "2:wrong options, or no database"})
final class QueueListCommand implements Callable<Integer> {
    private static final String SEPARATOR = "/";

    private final Terminal terminal;

    @Mixin
    private final SelectionOptions selectionOptions = new SelectionOptions();

    @Option(names = "--limit", paramLabel = "<n>", description = "How many at most. Default: 50", defaultValue = "50")
    private int limit;

    @Option(
            names = "--after",
            paramLabel = "<place>",
            description = "Continue after this place, which the previous list printed.")
    private @Nullable String after;

    @Unmatched
    private final List<String> properties = new ArrayList<>();

    QueueListCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() throws Exception {
        QueueSelection selection = selectionOptions.selection();
        if (limit < 1) {
            throw new UsageException("--limit must be at least 1, but is " + limit + ".");
        }
        QueuePosition position = after == null ? null : position(after);
        List<QueuedEntry> entries = new ServiceDatabase(properties)
                .use(dataSource -> QueueChanges.operations(dataSource).list(selection, limit + 1, position));
        List<QueuedEntry> page = entries.subList(0, Math.min(limit, entries.size()));
        new QueueReport(terminal.out()).list(page);
        if (entries.size() > limit) {
            QueuePosition last = page.get(limit - 1).position();
            String place = last.queuedAt() + SEPARATOR + Printable.line(last.eventId());
            terminal.out().println("More: --after=" + quoted(place));
        }
        return 0;
    }

    /** Quoted for a shell, because an event id comes from outside. */
    private static String quoted(String text) {
        return "'" + text.replace("'", "'\\''") + "'";
    }

    private static QueuePosition position(String text) {
        String[] parts = text.split(SEPARATOR, 2);
        try {
            return new QueuePosition(Instant.parse(parts[0]), parts.length == 1 ? "" : parts[1]);
        } catch (DateTimeParseException e) {
            throw new UsageException("--after must be a place that \"queue list\" printed, but is \"" + text + "\".");
        }
    }
}
