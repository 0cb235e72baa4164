package io.github.dingtalkinbox.service.cli;

import io.github.dingtalkinbox.service.cli.Cli.Terminal;
import io.github.dingtalkinbox.service.operations.LegalHolds;
import io.github.dingtalkinbox.service.operations.LegalHolds.HeldEvents;
import io.github.dingtalkinbox.service.operations.LegalHolds.PlacedHold;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Unmatched;

/** Lists the legal holds. */
@Command(
        name = "list",
        description = {"Lists the legal holds, also those that were released."},
        mixinStandardHelpOptions = true,
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {"0:they are listed", "2:wrong options, or no database"})
final class HoldListCommand implements Callable<Integer> {
    private final Terminal terminal;

    @Unmatched
    private final List<String> properties = new ArrayList<>();

    HoldListCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() throws Exception {
        return new ServiceDatabase(properties).use(dataSource -> {
            List<PlacedHold> holds = new LegalHolds(dataSource).all();
            if (holds.isEmpty()) {
                terminal.out().println("There are no legal holds.");
                return 0;
            }
            TextTable table =
                    TextTable.withHeadings(List.of("hold", "keeps", "placed at", "by", "because", "released at"));
            holds.forEach(hold -> table.add(
                    hold.id(),
                    kept(hold.events()),
                    hold.placedAt(),
                    hold.operator(),
                    hold.reason(),
                    hold.releasedAt() == null ? "" : hold.releasedAt()));
            table.print(terminal.out());
            return 0;
        });
    }

    private static String kept(HeldEvents events) {
        return Stream.of(
                        part("approval", events.approval()),
                        part("corp", events.corpId()),
                        part("type", events.eventType()),
                        part("from", events.from()),
                        part("to", events.to()))
                .filter(Objects::nonNull)
                .collect(Collectors.joining(", "));
    }

    private static @Nullable String part(String name, @Nullable Object value) {
        return value == null ? null : name + " " + value;
    }
}
