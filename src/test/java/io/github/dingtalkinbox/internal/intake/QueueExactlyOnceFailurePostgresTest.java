package io.github.dingtalkinbox.internal.intake;

import static io.github.dingtalkinbox.internal.identity.TestEvents.approvalFinished;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.dingtalkinbox.Event;
import io.github.dingtalkinbox.testing.TestDatabase;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.datasource.DataSourceUtils;

/** The event is stored before its delivery is answered, and processed by a worker. */
class QueueExactlyOnceFailurePostgresTest extends ExactlyOnceFailureContract {
    QueueExactlyOnceFailurePostgresTest(TestDatabase database) {
        super(database, ProcessingMode.QUEUE);
    }

    @Test
    void aHandlerThatCommitsTheTransactionIsNoticed() throws Exception {
        Event event = approvalFinished(newId());
        Node node = node(everyEvent(
                e -> DataSourceUtils.getConnection(database.dataSource()).commit()));

        tryOnce(node, event);

        assertThat(queued(event).get("last_error")).asString().contains("committed or rolled back");
        node.settle();
    }
}
