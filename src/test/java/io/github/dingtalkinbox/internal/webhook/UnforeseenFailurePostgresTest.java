package io.github.dingtalkinbox.internal.webhook;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.dingtalkinbox.testing.CallbackClient;
import io.github.dingtalkinbox.testing.CallbackClient.Answer;
import io.github.dingtalkinbox.testing.Postgres;
import io.github.dingtalkinbox.testing.Service;
import io.github.dingtalkinbox.testing.TestDatabase;
import jakarta.servlet.Filter;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.annotation.Bean;
import org.springframework.transaction.support.TransactionSynchronizationManager;

/** What is said of a failure of which the inbox knows no more than that there was one. */
@Postgres
@ExtendWith(OutputCaptureExtension.class)
class UnforeseenFailurePostgresTest {
    private static final String EVENT = """
            {"EventType":"unforeseen","corpId":"ding1","eventId":"unforeseen-1"}""";

    @Test
    void itIsNotSaidThatNothingTookEffectAndTheNextDeliveryIsProcessed(TestDatabase database, CapturedOutput log)
            throws Exception {
        try (Service service = Service.start(List.of(Wrapped.class), database)) {
            CallbackClient client = service.client();
            AtomicBoolean isWrapped = service.bean(AtomicBoolean.class);

            isWrapped.set(true);
            Answer answer = client.deliver(EVENT);
            isWrapped.set(false);

            assertThat(answer.status()).isEqualTo(500);
            assertThat(answer.json().path("type").asString()).isEqualTo("urn:dingtalk-inbox:problem:internal-error");
            assertThat(answer.json().path("detail").asString())
                    .isEqualTo(
                            "It is not known whether the callback took effect. Deliver it again later. The log of the"
                                    + " receiver says more");
            assertThat(log)
                    .contains("was answered 500 after an unexpected failure. It is not known whether it took effect;"
                            + " DingTalk delivers it again after 10 s, and after another 30 s")
                    .contains("Call receive outside of any transaction")
                    .doesNotContain("Nothing of it took effect");
            assertThat(client.deliver(EVENT).decrypted()).isEqualTo("success");
        }
        assertThat(database.jdbc()
                        .sql("select event_id from inbox.processed_events where event_type = 'unforeseen'")
                        .query(String.class)
                        .list())
                .containsExactly("default:unforeseen-1");
    }

    /** A filter of somebody's that has the whole callback in a transaction, which the inbox refuses. */
    static final class Wrapped {
        @Bean
        AtomicBoolean isWrapped() {
            return new AtomicBoolean();
        }

        @Bean
        Filter transactionAroundEverything(AtomicBoolean isWrapped) {
            return (request, response, chain) -> {
                TransactionSynchronizationManager.setActualTransactionActive(isWrapped.get());
                try {
                    chain.doFilter(request, response);
                } finally {
                    TransactionSynchronizationManager.setActualTransactionActive(false);
                }
            };
        }
    }
}
