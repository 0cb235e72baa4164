package io.github.dingtalkinbox.service.cli;

import static io.github.dingtalkinbox.internal.identity.TestEvents.approvalFinished;
import static io.github.dingtalkinbox.internal.identity.TestEvents.event;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.dingtalkinbox.Event;
import io.github.dingtalkinbox.EventHandler;
import io.github.dingtalkinbox.internal.intake.Node;
import io.github.dingtalkinbox.service.Application;
import io.github.dingtalkinbox.service.cli.Cli.Terminal;
import io.github.dingtalkinbox.testing.Invariants;
import io.github.dingtalkinbox.testing.Postgres;
import io.github.dingtalkinbox.testing.TestDatabase;
import java.io.BufferedWriter;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.jdbc.core.simple.JdbcClient;

/** The commands as a person calls them; what they do is the matter of the queue's own test. */
@Postgres(messagesInEnglish = true)
class QueueCommandPostgresTest {
    private static final String REASON = "--reason=the form is back";

    private final TestDatabase database;
    private final JdbcClient jdbc;
    private final Node node;

    QueueCommandPostgresTest(TestDatabase database) {
        this.database = database;
        this.jdbc = database.jdbc();
        this.node = Node.on(database).handlers(new Broken()).maxAttempts(1).build();
    }

    @BeforeEach
    void empty() {
        jdbc.sql(
                        "truncate inbox.queued_events, inbox.accepted_events, inbox.ordering_leases, inbox.operator_actions, inbox.processed_events")
                .update();
    }

    @AfterEach
    void noInvariantIsBroken() {
        Invariants.assertNoRow(jdbc);
    }

    @Test
    void emptyQueueIsNoFailure() {
        assertThat(queue("list")).isEqualTo(new Ran(0, "No queued event matches.\n", ""));
        assertThat(queue("discard", "--state=dead", REASON)).isEqualTo(new Ran(0, "No queued event matches.\n", ""));
    }

    @Test
    void listIsATable() throws Exception {
        Event event = die(approvalFinished("one"));
        jdbc.sql("update inbox.queued_events set queued_at = '2026-11-24T03:00:00Z'")
                .update();
        assertThat(queue("list", "--state", "dead,retrying").out())
                .isEqualTo("""
                event id              type                  state  attempts  next attempt  queued at             error
                %s  bpms_instance_change  dead   1         -             2026-11-24T03:00:00Z  %s
                """.formatted(event.id(), "IllegalStateException: no such form"));
    }

    @Test
    void listGoesOnWhereItEnded() throws Exception {
        die(approvalFinished("one"));
        die(approvalFinished("two"));
        die(approvalFinished("three"));
        Ran first = queue("list", "--limit=2");
        assertThat(first.out()).contains("event-of-one", "event-of-two").doesNotContain("of-three");
        String after = first.out().replaceAll("(?s).*More: --after='(.*)'\n", "$1");
        Ran second = queue("list", "--limit=2", "--after=" + after);
        assertThat(second.out()).contains("event-of-three").doesNotContain("event-of-one", "event-of-two", "more");
    }

    @Test
    void placeToGoOnFromIsSafeToPaste() throws Exception {
        die(event("{\"EventType\":\"x\",\"eventId\":\"a';b\",\"CorpId\":\"ding1\"}"));
        die(approvalFinished("one"));
        assertThat(queue("list", "--limit=1").out()).contains("default:a'\\'';b'\n");
    }

    @Test
    void showTellsAllThatIsKnown() throws Exception {
        Event event = die(approvalFinished("one"));
        queue("discard", event.id(), "--operator=maria", REASON);
        Ran shown = queue("show", event.id());
        assertThat(shown.code()).isZero();
        assertThat(shown.out())
                .startsWith(event.id() + "\n")
                .contains("  state            discarded, since ")
                .contains("  failed attempts  1\n")
                .contains("  being processed  no\n")
                .contains("  blocked by       none\n")
                .contains("  received at      2026-09-21T00:00:00Z by http from 203.119.0.1\n")
                .containsPattern(
                        "operators +\\S+Z discarded \\(was dead\\) by maria, queue discard on .*: the form is back\n")
                .contains("  error\n    java.lang.IllegalStateException: no such form\n    caused by")
                .contains("  payload\n    {\n", "\"processInstanceId\" : \"one\"");
    }

    @Test
    void whatIsNotQueuedIsSaid() throws Exception {
        Event event = approvalFinished("one");
        Node.on(database).build().receive(List.of(event));
        assertThat(queue("show", event.id()).out()).contains("  state         processed; its transaction began at ");
        Ran unknown = queue("show", event.id(), "default:nothing");
        assertThat(unknown.code()).isEqualTo(1);
        assertThat(unknown.err())
                .isEqualTo("default:nothing is unknown: it is neither in the queue nor among the processed events\n");
        Ran discarded = queue("discard", event.id(), "default:nothing", REASON);
        assertThat(discarded.code()).isEqualTo(1);
        assertThat(discarded.out())
                .contains(event.id() + "  is not queued: it was processed at ")
                .contains("default:nothing  is unknown")
                .endsWith("Discarded: 0, left alone: 2\n");
    }

    @Test
    void replayTakesTheDeadOnesOfTheSelection() throws Exception {
        Event dead = die(approvalFinished("one"));
        Event other = die(event("{\"EventType\":\"check_in\",\"eventId\":\"c\",\"CorpId\":\"ding1\"}"));
        Event discarded = die(approvalFinished("two"));
        queue("discard", discarded.id(), REASON);
        Ran replayed =
                queue("replay", "--type=bpms_instance_change", "--from=2026-01-01", "--to=2999-01-01T00:00Z", REASON);
        assertThat(replayed).isEqualTo(new Ran(0, """
                        %s  replayed; was dead, failed attempts: 1; a worker retries it at once
                        Replayed: 1
                        """.formatted(dead.id()), ""));
        assertThat(states()).containsEntry(dead.id(), "pending").containsEntry(other.id(), "dead");
        assertThat(states()).containsEntry(discarded.id(), "discarded");
        assertThat(queue("replay", "--to=2026-01-01", "--state=dead", REASON).out())
                .isEqualTo("No queued event matches.\n");
    }

    @Test
    void processedEventIsOnlyReplayedByForceAndThenOnce(@TempDir Path handlers) throws Exception {
        jdbc.sql("create table processed_again (event_id text)").update();
        Files.writeString(
                handlers.resolve("check_in.sql"),
                "insert into processed_again select event_id from event where payload ->> 'who' = 'wang'");
        String location = "--inbox.handlers.location=" + handlers;
        Event event = event("""
                {"EventType":"check_in","eventId":"again","CorpId":"ding1","who":"wang"}
                """);
        Node.on(database).build().receive(List.of(event));
        Event waiting = die(event("{\"EventType\":\"check_in\",\"eventId\":\"dead\",\"CorpId\":\"ding1\"}"));

        Ran refused = queue("replay", event.id(), REASON, location);
        assertThat(refused.code()).isEqualTo(1);
        assertThat(refused.out())
                .contains(
                        "is not queued: it was processed at ",
                        "To run the handlers of a processed event once more, use --force");
        Ran dry = queue("replay", event.id(), "--force", "--dry-run", location);
        assertThat(dry.code()).isZero();
        assertThat(dry.out()).contains("would be replayed: the handlers of its type would run once more");
        assertThat(again()).isEmpty();

        Ran forced = queue("replay", event.id(), waiting.id(), "--force", "--operator=maria", REASON, location);

        assertThat(forced.code()).as(forced.out() + forced.err()).isZero();
        assertThat(forced.out())
                .contains(waiting.id() + "  replayed; was dead")
                .contains("its handlers ran once more: SqlFileHandler\n")
                .endsWith("Replayed: 2\n");
        assertThat(again()).containsExactly(event.id());
        assertThat(states()).as("workers did not start").containsEntry(waiting.id(), "pending");
        assertThat(queue("show", event.id()).out())
                .containsPattern(
                        "operators +\\S+ handlers run again \\(was processed\\) by maria, .*: the form is back");
    }

    @Test
    void forcedReplayThatFailsChangesNothing(@TempDir Path handlers) throws Exception {
        Files.writeString(
                handlers.resolve("check_in.sql"),
                "insert into inbox.approval_tasks select 1 / (length(payload::text) - length(payload::text)) from event");
        Event event = event("{\"EventType\":\"check_in\",\"eventId\":\"fails\",\"CorpId\":\"ding1\"}");
        Node.on(database).build().receive(List.of(event));
        Ran forced = queue("replay", event.id(), "--force", REASON, "--inbox.handlers.location=" + handlers);
        assertThat(forced.code()).as(forced.err()).isEqualTo(1);
        assertThat(forced.out()).contains("failed, and nothing was changed", "division by zero");
        assertThat(jdbc.sql("select count(*) from inbox.operator_actions")
                        .query(Long.class)
                        .single())
                .isZero();
    }

    @Test
    void forcedReplayWithoutAHandlerIsRefused(@TempDir Path handlers) throws Exception {
        Event event = event("{\"EventType\":\"check_in\",\"eventId\":\"no-handler\",\"CorpId\":\"ding1\"}");
        Node.on(database).build().receive(List.of(event));
        Ran forced = queue("replay", event.id(), "--force", REASON, "--inbox.handlers.location=" + handlers);
        assertThat(forced.out()).contains("there is no handler for its type here", "left alone: 1");
        Files.writeString(handlers.resolve("check_in.sql"), "insert into nowhere select 1 from event");
        Ran broken = queue("replay", event.id(), "--force", REASON, "--inbox.handlers.location=" + handlers);
        assertThat(broken.code()).isEqualTo(2);
        assertThat(broken.err()).contains("The handlers of the service cannot be started here", "nowhere");
    }

    private List<String> again() {
        return jdbc.sql("select event_id from processed_again")
                .query(String.class)
                .list();
    }

    @Test
    void discardOfAnIdNeedsNoState() throws Exception {
        Event dead = die(approvalFinished("one"));
        queue("replay", dead.id(), REASON);
        Ran discarded = queue("discard", dead.id(), REASON);
        assertThat(discarded.out())
                .contains("discarded; was pending, failed attempts: 0")
                .endsWith("Discarded: 1\n");
        assertThat(queue("discard", dead.id(), REASON).out()).contains("is already discarded", "left alone: 1");
        assertThat(jdbc.sql("select operator ~ '^\\S+@\\S+$' and origin ~ '^queue (replay|discard) on \\S+/\\d+$'"
                                + " and reason = 'the form is back' from inbox.operator_actions")
                        .query(Boolean.class)
                        .list())
                .containsExactly(true, true);
    }

    @Test
    void dryRunSaysAndChangesNothing() throws Exception {
        Event dead = die(approvalFinished("one"));
        assertThat(queue("replay", "--state=dead", "--dry-run").out())
                .contains("would be replayed; was dead", "Would be replayed: 1");
        assertThat(queue("discard", dead.id(), "--dry-run").out())
                .contains("would be discarded; was dead", "Would be discarded: 1");
        assertThat(states()).containsExactly(Map.entry(dead.id(), "dead"));
        assertThat(jdbc.sql("select count(*) from inbox.operator_actions")
                        .query(Long.class)
                        .single())
                .isZero();
    }

    @Test
    void withoutAReasonNothingIsDone() throws Exception {
        Event dead = die(approvalFinished("one"));
        refused(queue("replay", dead.id()), "Give a reason with --reason");
        refused(queue("discard", dead.id(), "--reason= "), "Give a reason with --reason");
        assertThat(states()).containsExactly(Map.entry(dead.id(), "dead"));
    }

    @Test
    void wrongOptionsAreExplained() {
        refused(queue("discard", REASON), "Select events by their ids");
        refused(queue("list", "--state=death"), "There is no state \"death\"", "dead, discarded, pending, retrying");
        refused(queue("list", "--from=yesterday"), "--from is not a time: \"yesterday\"", "2026-11-24T03:00:00Z");
        refused(queue("list", "--limit=0"), "--limit must be at least 1");
        refused(queue("list", "--after=there"), "--after must be a place");
        refused(queue("replay", "--force", "--type=x", REASON), "name each event by its id");
        refused(queue("show"), "Missing required parameter");
        refused(queue("list", "--tipe=x"), "Unknown option: '--tipe=x'");
        refused(run("queue"), "Missing required subcommand");
    }

    @Test
    void hostileTextDoesNotReachTheTerminal() throws Exception {
        String escape = "\u001b[2J\u009b31m\u202egood";
        Event event = event("{\"EventType\":\"x" + "\\u001b[2J\",\"eventId\":\"e\\u009b\",\"CorpId\":\"c\",\"title\":\""
                + "\\u001b]0;\\u009b\u202e\"}");
        die(event);
        jdbc.sql("update inbox.queued_events set last_error = ?")
                .param(escape + "\nsecond\rline" + escape)
                .update();
        for (Ran ran : List.of(queue("list"), queue("show", event.id()), queue("discard", event.id(), "--dry-run"))) {
            assertThat(ran.code()).isZero();
            assertThat(ran.out())
                    .doesNotContain("\u001b", "\u009b", "\u202e", "\r")
                    .contains("\\u009b");
        }
        assertThat(queue("show", event.id()).out())
                .contains("    \\u001b[2J\\u009b31m\\u202egood\n    second\n    line\\u001b");
    }

    private Event die(Event event) throws Exception {
        node.receive(List.of(event));
        assertThat(states()).containsEntry(event.id(), "dead");
        return event;
    }

    private Map<String, String> states() {
        Map<String, String> states = new TreeMap<>();
        jdbc.sql("select event_id, state from inbox.queued_events").query(row -> {
            states.put(row.getString(1), row.getString(2));
        });
        return states;
    }

    private static void refused(Ran ran, String... says) {
        assertThat(ran.code()).isEqualTo(2);
        assertThat(ran.err()).contains(says).doesNotContain("\tat ");
        assertThat(ran.out()).isEmpty();
    }

    private Ran queue(String command, String... options) {
        List<String> args = new ArrayList<>(List.of("queue", command));
        args.addAll(List.of(options));
        Stream.of(
                        "--spring.datasource.url=" + database.jdbcUrl(),
                        "--spring.datasource.username=" + database.user(),
                        "--spring.datasource.password=" + database.password())
                .forEach(args::add);
        return run(args.toArray(String[]::new));
    }

    private static Ran run(String... args) {
        var out = new StringWriter();
        var err = new StringWriter();
        var terminal = new Terminal(new PrintWriter(new BufferedWriter(out), true), new PrintWriter(err, true), false);
        int code = Cli.run(args, terminal, Map.of(), Clock.systemUTC(), Application::service);
        return new Ran(code, out.toString(), err.toString());
    }

    private static final class Broken implements EventHandler {
        @Override
        public boolean handles(Event event) {
            return true;
        }

        @Override
        public void handle(Event event) {
            throw new IllegalStateException("no such form", new IllegalArgumentException("PROC-1"));
        }
    }
}
