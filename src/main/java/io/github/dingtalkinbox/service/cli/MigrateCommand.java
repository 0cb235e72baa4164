package io.github.dingtalkinbox.service.cli;

import io.github.dingtalkinbox.internal.schema.Schema;
import io.github.dingtalkinbox.internal.schema.SchemaProperties;
import io.github.dingtalkinbox.internal.start.ConfigurationProblem;
import io.github.dingtalkinbox.service.cli.Cli.Terminal;
import io.github.dingtalkinbox.service.cli.Cli.UsageException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import javax.sql.DataSource;
import org.flywaydb.core.api.FlywayException;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.core.env.Environment;
import picocli.CommandLine.Command;
import picocli.CommandLine.Unmatched;

/** The migrations, for a job that runs before the service, whose own role then need not be able to. */
@Command(
        name = "migrate",
        description = {
            "Creates the tables of the inbox, or brings them up to date, and ends. For a job before the start of the service:"
                    + " the service then needs no role that may change tables.",
            "",
            "Uses the database of the service, as a role that may, which is inbox_migrator if the scripts of db/roles were"
                    + " run: --spring.datasource.username=inbox_migrator"
        },
        mixinStandardHelpOptions = true,
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:the tables are those of this version",
            "1:a migration failed and was rolled back, for the reason shown",
            "2:wrong options, no database, or a role that may not"
        })
final class MigrateCommand implements Callable<Integer> {
    private final Terminal terminal;

    @Unmatched
    private final List<String> properties = new ArrayList<>();

    MigrateCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() throws Exception {
        return new ServiceDatabase(properties).useConfigured(this::migrate);
    }

    private int migrate(DataSource dataSource, Environment environment) {
        // The embedded database has a role of its own for this.
        SchemaProperties role = Binder.get(environment).bindOrCreate("inbox.schema", SchemaProperties.class);
        Schema schema = new Schema(dataSource, role, Schema.DEFAULT_APPLICATION);
        try {
            schema.requireSuitable();
            schema.migrate();
        } catch (ConfigurationProblem e) {
            throw new UsageException(e.description() + System.lineSeparator() + e.action());
        } catch (FlywayException e) {
            terminal.err().println(e.getMessage());
            return 1;
        }
        terminal.out().println("The tables of the inbox are those of this version.");
        return 0;
    }
}
