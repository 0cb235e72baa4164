package io.github.dingtalkinbox.internal.recovery;

import static io.github.dingtalkinbox.internal.recovery.LocalDingTalk.approval;
import static io.github.dingtalkinbox.internal.recovery.LocalDingTalk.page;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.dingtalkinbox.testing.Postgres;
import io.github.dingtalkinbox.testing.Roles;
import io.github.dingtalkinbox.testing.Service;
import io.github.dingtalkinbox.testing.TestDatabase;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.beans.factory.NoSuchBeanDefinitionException;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

/** The poll as a part of the service. */
@Postgres
@ExtendWith(OutputCaptureExtension.class)
class RecoveryConfigurationPostgresTest {
    private final LocalDingTalk dingTalk = LocalDingTalk.start();

    @AfterEach
    void stop() {
        dingTalk.close();
    }

    @Test
    void theServicePollsFromItsStartToItsEnd(TestDatabase database) {
        dingTalk.willAnswer(
                page(false, approval("while the service was away")), page(false, approval("a second later")));
        RecoveryPoll job;
        try (Service service = start(database)) {
            job = service.bean(RecoveryPoll.class);
            Awaitility.await().untilAsserted(() -> assertThat(database.jdbc()
                            .sql("select process_instance_id from inbox.approval_instances order by 1")
                            .query(String.class)
                            .list())
                    .containsExactly("a second later", "while the service was away"));
            assertThat(job.isRunning()).isTrue();
        }
        assertThat(job.isRunning()).isFalse();
        Awaitility.await()
                .untilAsserted(() -> assertThat(Thread.getAllStackTraces().keySet())
                        .noneMatch(t -> t.getName().equals("recovery-poll")));
    }

    @Test
    void theRoleOfTheServiceMayPoll(TestDatabase database) {
        Roles.make(database);
        dingTalk.willAnswer(page(false, approval("pulled as inbox_app")));
        try (TestDatabase app = database.as("inbox_app");
                Service service = start(app)) {
            assertThat(service.bean(RecoveryPoll.class).isRunning()).isTrue();
            // The poll notes its end, and the page its, after the approval.
            Awaitility.await().untilAsserted(() -> assertThat(
                            database.jdbc().sql("""
                                    select process_instance_id
                                      from inbox.approval_instances, inbox.recovery_polls, inbox.failed_callback_pages
                                     where process_instance_id = 'pulled as inbox_app'
                                       and succeeded_at is not null and processed_at is not null
                                    """).query(String.class).list())
                    .contains("pulled as inbox_app"));
        }
    }

    @Test
    void withoutKeysThereIsNoPoll(TestDatabase database) {
        try (Service service = Service.start(database, "inbox.apps.default.client-id=")) {
            assertThatThrownBy(() -> service.bean(RecoveryPoll.class))
                    .isInstanceOf(NoSuchBeanDefinitionException.class);
        }
    }

    @Test
    void halfOfTheKeysEndsTheStart(TestDatabase database, CapturedOutput output) {
        assertThatThrownBy(() -> Service.start(database, "inbox.apps.default.client-secret=half-a-secret"))
                .isNotNull();

        assertThat(output)
                .contains("APPLICATION FAILED TO START")
                .contains("inbox.apps.default.client-secret is set, but .client-id is not")
                .contains("INBOX_APPS_DEFAULT_CLIENTSECRET")
                .doesNotContain("half-a-secret");
    }

    private Service start(TestDatabase database) {
        return Service.start(
                database,
                "inbox.apps.default.client-id=" + LocalDingTalk.KEYS.clientId(),
                "inbox.apps.default.client-secret=" + LocalDingTalk.KEYS.clientSecret(),
                "inbox.recovery.base-url=" + dingTalk.url() + "/",
                "inbox.recovery.interval=1s");
    }
}
