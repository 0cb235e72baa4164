package io.github.dingtalkinbox.internal.intake;

import static io.github.dingtalkinbox.internal.identity.TestEvents.approvalFinished;
import static io.github.dingtalkinbox.internal.identity.TestEvents.event;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.dingtalkinbox.Event;
import io.github.dingtalkinbox.testing.TestDatabase;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The event is processed, or stored, in a transaction that it shares with others. */
class SharedExactlyOncePostgresTest extends ExactlyOnceContract {
    private final Company company = new Company(threads);

    SharedExactlyOncePostgresTest(TestDatabase database) {
        super(database, ProcessingMode.SYNC);
    }

    @Override
    Node.Builder nodeOn(TestDatabase database) {
        return super.nodeOn(database).inCompany(company);
    }

    @AfterEach
    void theNeighboursTakeEffectOnce() {
        super.nodeOn(database).handlers(countsEffects).build().settle();

        assertThat(company.neighbours()).isNotEmpty().allSatisfy(neighbour -> {
            assertThat(effectsOf(neighbour)).isOne();
            assertThat(duplicatesOf(neighbour)).isZero();
        });
    }

    @Test
    void theEventIsProcessedInTheTransactionOfItsNeighbours() throws Exception {
        Event event = approvalFinished(newId());

        node().receive(List.of(event));

        assertThat(transactions("processed_events", event)).containsExactly(3);
    }

    @Test
    void theEventIsStoredInTheTransactionOfItsNeighbours() throws Exception {
        Event event = event("{\"EventType\":\"user_leave_org\",\"UserId\":[\"" + newId() + "\"]}");

        node().receive(List.of(event));

        assertThat(transactions("queued_events", event)).containsExactly(3);
    }

    /** How many of the event and its neighbours each transaction has written. */
    private List<Integer> transactions(String table, Event event) {
        String[] identities = Stream.concat(Stream.of(event), company.neighbours().stream())
                .map(e -> e.id() + "%")
                .toArray(String[]::new);
        return jdbc.sql("select count(*) from inbox." + table + " where event_id like any (?) group by xmin::text")
                .param(identities)
                .query(Integer.class)
                .list();
    }
}
