package io.github.dingtalkinbox;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.example.crowded.CrowdedApplication;
import io.github.dingtalkinbox.internal.identity.EventReader;
import io.github.dingtalkinbox.testing.Postgres;
import io.github.dingtalkinbox.testing.TestDatabase;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Clock;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.ConfigurableApplicationContext;

/** A host that only wants the receiver, and whose beans are none of the library's business. */
@Postgres
@ExtendWith(OutputCaptureExtension.class)
class CrowdedHostPostgresTest {
    @Test
    void aHostWithoutAnAppHasTheReceiverAndKeepsItsBeans(TestDatabase database, CapturedOutput output)
            throws Exception {
        database.jdbc().sql("""
                create table arrivals (events int not null);
                insert into arrivals values (0);
                """).update();
        SpringApplication crowded = new SpringApplication(CrowdedApplication.class);
        // As Spring advises where a name is taken: then the library's bean must not be the one that is left.
        crowded.setAllowBeanDefinitionOverriding(true);
        try (ConfigurableApplicationContext host = crowded.run(
                "--server.port=0",
                "--spring.datasource.url=" + database.jdbcUrl(),
                "--spring.datasource.username=" + database.user(),
                "--spring.datasource.password=" + database.password(),
                "--inbox.deadline=20s")) {
            Event event =
                    read("{\"EventType\":\"host_payment\",\"corpId\":\"dinghost\",\"eventId\":\"one\"}", Instant.now());
            Receiver receiver = host.getBean(Receiver.class);

            assertThat(receiver.receive(List.of(event))).hasExactlyElementsOfTypes(Outcome.Processed.class);
            assertThat(receiver.receive(List.of(event))).hasExactlyElementsOfTypes(Outcome.Duplicate.class);

            assertThat(count(database, "select events from arrivals")).isOne();
            assertThat(count(database, """
                            select count(*) from inbox.processed_events
                             where processed_at > now() - interval '1 hour'
                            """)).isOne();
            assertThat(host.getBean("inbox")).isEqualTo("the host's");
            assertThat(host.getBean("retryPolicy")).isEqualTo("the host's");
            assertThat(host.getBeanNamesForType(Clock.class)).containsExactlyInAnyOrder("businessClock", "otherClock");
            assertThat(output).contains("There is no callback URL, because no app under inbox.apps has a token");
            assertThat(statusOfTheCallbackUrl(host)).isEqualTo(404);
        }
    }

    private static Event read(String json, Instant receivedAt) {
        return new EventReader(Collections.emptyMap())
                .read("host", json.getBytes(UTF_8), new Delivery(Transport.POLL, receivedAt, null))
                .get(0);
    }

    private static int statusOfTheCallbackUrl(ConfigurableApplicationContext host) throws Exception {
        String port = host.getEnvironment().getRequiredProperty("local.server.port");
        URI url = URI.create("http://localhost:" + port + "/dingtalk/callback");
        return HttpClient.newHttpClient()
                .send(HttpRequest.newBuilder(url).build(), BodyHandlers.discarding())
                .statusCode();
    }

    private static long count(TestDatabase database, String query) {
        return database.jdbc().sql(query).query(Long.class).single();
    }
}
