package io.github.dingtalkinbox.service.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.dingtalkinbox.testing.Invariants;
import io.github.dingtalkinbox.testing.Postgres;
import io.github.dingtalkinbox.testing.Service;
import io.github.dingtalkinbox.testing.ServiceProcess;
import io.github.dingtalkinbox.testing.TestDatabase;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code simulate --stream} against the service itself. */
@Postgres
class SimulateStreamPostgresTest {
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
                "inbox.stream.base-url=http://localhost:" + port)) {
            Ran ran = Ran.of(
                    "simulate",
                    "--stream",
                    "--port=" + port,
                    "--events=1000",
                    "--rate=100",
                    "--twins=0.5",
                    "--timeout=30000",
                    "--retry-after=100,1000,3000,10000,30000",
                    "--misbehave=disconnect,old-connection,drop,reset,close,fragments,pings,segments,same-message-id,large,together",
                    "--http-share=0.2",
                    "--url=" + service.url("/dingtalk/callback"),
                    "--token=" + Service.CREDENTIALS.token(),
                    "--aes-key=" + Service.CREDENTIALS.aesKey(),
                    "--owner-key=" + Service.CREDENTIALS.ownerKey(),
                    journal);
            assertThat(ran.code()).as(ran.err() + ran.out()).isZero();
            assertThat(ran.out()).containsPattern("events +1000 ").contains(" over HTTP as well");
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
