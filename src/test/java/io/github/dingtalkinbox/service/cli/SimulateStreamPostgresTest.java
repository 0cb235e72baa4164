package io.github.dingtalkinbox.service.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.dingtalkinbox.service.simulator.Misbehaviour;
import io.github.dingtalkinbox.testing.Invariants;
import io.github.dingtalkinbox.testing.Postgres;
import io.github.dingtalkinbox.testing.Service;
import io.github.dingtalkinbox.testing.ServiceProcess;
import io.github.dingtalkinbox.testing.TestDatabase;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code simulate --stream} against the service itself. */
@Postgres
class SimulateStreamPostgresTest {
    private static final List<String> KINDS =
            Stream.of(Misbehaviour.values()).map(Misbehaviour::toString).toList();

    /** Each kind has its turn after 2 s, and the service learns of a dead connection after 5 s. */
    @Test
    void everyEventTakesEffectOnceWhileTheGatewayMisbehaves(TestDatabase database, @TempDir Path directory)
            throws Exception {
        int port = ServiceProcess.freePort();
        String journal = "--journal=" + directory.resolve("journal.tsv");
        try (Service service = Service.start(
                database,
                "inbox.apps.default.stream.enabled=true",
                "inbox.apps.default.client-id=dingsimulatedapp",
                "inbox.apps.default.client-secret=simulated-secret",
                "inbox.stream.base-url=http://localhost:" + port,
                // A wrong secret keeps two of them away for 5 minutes.
                "inbox.apps.default.stream.connections=8",
                "inbox.stream.watchdog=5s")) {
            Ran ran = Ran.of(
                    "simulate",
                    "--stream",
                    "--port=" + port,
                    "--events=1000",
                    "--rate=30",
                    "--twins=0.5",
                    // What is sent over a dead connection is never answered, and has a place until then.
                    "--concurrency=200",
                    "--timeout=5000",
                    "--retry-after=100,1000,3000,10000,10000,10000,10000",
                    "--misbehave=" + String.join(",", KINDS),
                    "--http-share=0.2",
                    "--url=" + service.url("/dingtalk/callback"),
                    "--token=" + Service.CREDENTIALS.token(),
                    "--aes-key=" + Service.CREDENTIALS.aesKey(),
                    "--owner-key=" + Service.CREDENTIALS.ownerKey(),
                    journal);
            assertThat(ran.code()).as(ran.err() + ran.out()).isZero();
            assertThat(ran.out()).containsPattern("events +1000 ").contains(" over HTTP as well");
            assertThat(KINDS).allSatisfy(kind -> assertThat(ran.out()).containsPattern("[ ,]" + kind + " [1-9]"));
        }
        Ran verified = Ran.on(database, "audit", "verify", journal);
        assertThat(verified.code()).as(verified.err() + verified.out()).isZero();
        assertThat(database.jdbc()
                        .sql("select count(*) from inbox.processed_events")
                        .query(Long.class)
                        .single())
                .isEqualTo(1000);
        Invariants.assertNoRow(database.jdbc());
    }
}
