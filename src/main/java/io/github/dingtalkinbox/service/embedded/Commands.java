package io.github.dingtalkinbox.service.embedded;

import io.github.dingtalkinbox.service.start.OwnCallbacks;
import io.github.dingtalkinbox.service.start.OwnUrl;
import io.github.dingtalkinbox.service.start.StartReport;
import java.net.URI;
import java.util.Optional;
import java.util.StringJoiner;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.context.event.ApplicationReadyEvent;
import org.springframework.context.ApplicationListener;
import org.springframework.core.annotation.Order;

/**
 * Shows commands to try the service. They run unchanged from any folder of this machine, with the actual ports and
 * paths.
 */
@Order(StartReport.ORDER + 3)
final class Commands implements ApplicationListener<ApplicationReadyEvent> {
    private static final Logger log = LoggerFactory.getLogger(Commands.class);

    private final DataDirectory directory;
    private final Logins logins;
    private final MadeUpCredentials credentials;
    private final OwnUrl url;
    private final OwnCallbacks callbacks;

    Commands(
            DataDirectory directory, Logins logins, MadeUpCredentials credentials, OwnUrl url, OwnCallbacks callbacks) {
        this.directory = directory;
        this.logins = logins;
        this.credentials = credentials;
        this.url = url;
        this.callbacks = callbacks;
    }

    @Override
    public void onApplicationEvent(ApplicationReadyEvent ready) {
        OwnProgram program = OwnProgram.find();
        StringJoiner lines = new StringJoiner("\n  ", "\n  ", "");
        simulate(program).ifPresent(command -> lines.add("Play DingTalk:    " + command));
        lines.add("Show duplicates:  " + report(program));
        lines.add("Query with SQL:   " + psql());
        log.info("To try it, paste these into another terminal:{}", lines);
    }

    /** Empty if the simulator would need the secrets of a real app, which must not be logged. */
    private Optional<ShellCommand> simulate(OwnProgram program) {
        Optional<URI> found = credentials.areUsed() ? url.find() : Optional.empty();
        return found.map(application -> program.command(
                "simulate",
                "--url",
                application + callbacks.paths().get(0),
                "--data-dir",
                directory.path().toString(),
                "--events",
                "1000",
                "--twins",
                "0.5"));
    }

    private ShellCommand report(OwnProgram program) {
        return program.command("audit", "report", "approvals_delivered_twice", "--inbox.data-dir=" + directory.path());
    }

    private ShellCommand psql() {
        return ShellCommand.with("PGPASSFILE", directory.resolve(Logins.FILE).toString())
                .and("psql", "-h", Logins.HOST, "-p", String.valueOf(logins.port()))
                .and("-U", Logins.AUDITOR, Logins.DATABASE);
    }
}
