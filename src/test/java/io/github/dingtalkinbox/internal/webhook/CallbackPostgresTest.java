package io.github.dingtalkinbox.internal.webhook;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.dingtalkinbox.internal.crypto.CallbackCrypto;
import io.github.dingtalkinbox.internal.crypto.Credentials;
import io.github.dingtalkinbox.internal.crypto.Envelope;
import io.github.dingtalkinbox.testing.CallbackClient;
import io.github.dingtalkinbox.testing.CallbackClient.Answer;
import io.github.dingtalkinbox.testing.Postgres;
import io.github.dingtalkinbox.testing.Service;
import io.github.dingtalkinbox.testing.TestDatabase;
import java.io.BufferedReader;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.net.http.HttpRequest.BodyPublishers;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.UUID;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.jdbc.core.simple.JdbcClient;

/** The callback URL of a running service, byte for byte as DingTalk uses it. */
@Postgres
@TestInstance(Lifecycle.PER_CLASS)
@ExtendWith(OutputCaptureExtension.class)
class CallbackPostgresTest {
    private static final Credentials OTHER =
            new Credentials("otherToken", "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789abcdefg", "dingotherapp");
    private static final Credentials PREVIOUS =
            new Credentials("previousToken", "zyxwvutsrqponmlkjihgfedcba9876543210ZYXWVUT", "dingotherapp");
    private static final Credentials PLACEHOLDER =
            new Credentials(Service.CREDENTIALS.token(), Service.CREDENTIALS.aesKey(), "suite4xxxxxxxxxxxxxxx");
    private static final int MEBIBYTE = 1024 * 1024;

    private final TestDatabase database;
    private final JdbcClient jdbc;
    private final Service service;
    private final CallbackClient client;

    CallbackPostgresTest(TestDatabase database) {
        this.database = database;
        this.jdbc = database.jdbc();
        this.service = Service.start(
                database,
                "inbox.apps.other.token=" + OTHER.token(),
                "inbox.apps.other.aes-key=" + OTHER.aesKey(),
                "inbox.apps.other.owner-key=" + OTHER.ownerKey(),
                "inbox.apps.other.suite-check-answer=random",
                "inbox.apps.other.previous.token=" + PREVIOUS.token(),
                "inbox.apps.other.previous.aes-key=" + PREVIOUS.aesKey(),
                "server.forward-headers-strategy=native");
        this.client = service.client();
    }

    @AfterAll
    void stop() {
        service.close();
    }

    @Test
    void anEventIsStoredAndAnsweredWithEncryptedSuccess() throws Exception {
        String id = newId();

        Answer answer = client.deliver(someEvent(id));

        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.header("Content-Type")).isEqualTo("application/json");
        assertThat(answer.fields()).containsOnlyKeys("msg_signature", "timeStamp", "nonce", "encrypt");
        assertThat(answer.fields().get("timeStamp")).matches("\\d{13}");
        assertThat(answer.decrypted()).isEqualTo("success");
        assertThat(jdbc.sql("select event_type, corp_id, app, transport from inbox.processed_events where event_id = ?")
                        .param("default:" + id)
                        .query()
                        .singleRow())
                .containsEntry("event_type", "brand_new_event_2027")
                .containsEntry("corp_id", "ding1")
                .containsEntry("app", "default")
                .containsEntry("transport", "http");
    }

    @Test
    void aDuplicateIsAnsweredInTheSameWayAndLogged() throws Exception {
        String id = newId();
        client.deliver(someEvent(id));

        Envelope again = client.seal(someEvent(id));
        Answer answer = client.exchange(client.request(query(again))
                .header("X-Forwarded-For", "203.119.7.8")
                .POST(BodyPublishers.ofString(body(again)))
                .build());

        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.decrypted()).isEqualTo("success");
        assertThat(jdbc.sql("select source_address from inbox.duplicate_deliveries where event_id = ?")
                        .param("default:" + id)
                        .query(String.class)
                        .list())
                .as("the address that the trusted proxy saw")
                .containsExactly("203.119.7.8");
    }

    @Test
    void everySpellingOfTheParametersIsUnderstood() throws Exception {
        for (String signature : List.of("msg_signature", "signature")) {
            for (String timestamp : List.of("timestamp", "timeStamp")) {
                Envelope envelope = client.seal(someEvent(newId()));
                Answer answer = client.send(
                        Map.of(
                                signature,
                                envelope.signature(),
                                timestamp,
                                envelope.timestamp(),
                                "nonce",
                                envelope.nonce()),
                        envelope.encrypt());
                assertThat(answer.status()).as(signature + ", " + timestamp).isEqualTo(200);
            }
        }
    }

    @Test
    void theTimestampIsAnOpaqueText() throws Exception {
        Envelope envelope = new CallbackCrypto(Service.CREDENTIALS)
                .seal(someEvent(newId()).getBytes(UTF_8), "1783610513 +x", "n%ü=&");

        assertThat(client.send(envelope).status()).isEqualTo(200);
    }

    @Test
    void eachAppHasItsOwnUrlAndCredentials() throws Exception {
        CallbackClient other = service.client("/dingtalk/callback/other", OTHER);
        String id = newId();

        assertThat(other.deliver(someEvent(id)).decrypted()).isEqualTo("success");
        assertThat(client.deliver(someEvent(id)).decrypted()).isEqualTo("success");

        assertThat(eventIdsLike("%:" + id)).containsExactlyInAnyOrder("other:" + id, "default:" + id);
        assertThat(service.client("/dingtalk/callback/default", Service.CREDENTIALS)
                        .deliver(someEvent(newId()))
                        .status())
                .isEqualTo(200);
        assertThat(service.client("/dingtalk/callback/other", Service.CREDENTIALS)
                        .deliver(someEvent(newId()))
                        .status())
                .isEqualTo(401);
    }

    @Test
    void previousCredentialsAreAcceptedAndAnsweredUnderThemselves() throws Exception {
        CallbackClient previous = service.client("/dingtalk/callback/other", PREVIOUS);

        assertThat(previous.deliver(someEvent(newId())).decrypted()).isEqualTo("success");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"EventType\":\"check_url\"}",
                "{\"EventType\":\"check_create_suite_url\",\"Random\":\"brdkKLMW\"}",
                "{\"EventType\":\"check_update_suite_url\",\"Random\":\"xxExample\",\"TestSuiteKey\":\"suite1\"}"
            })
    void controlEventsAreAnsweredAndNotStored(String json) throws Exception {
        assertThat(client.deliver(json).decrypted()).isEqualTo("success");
        assertThat(client.deliver(json).decrypted()).isEqualTo("success");

        assertThat(jdbc.sql(
                                "select count(*) from inbox.processed_events where event_type like 'check\\_%\\_url' or event_type = 'check_url'")
                        .query(Long.class)
                        .single())
                .isZero();
    }

    @Test
    void suiteChecksCanBeAnsweredWithTheirRandom() throws Exception {
        CallbackClient other = service.client("/dingtalk/callback/other", OTHER);

        assertThat(other.deliver("{\"EventType\":\"check_update_suite_url\",\"Random\":\"xxExample\"}")
                        .decrypted())
                .isEqualTo("xxExample");
        assertThat(other.deliver("{\"EventType\":\"check_url\",\"Random\":\"xxExample\"}")
                        .decrypted())
                .isEqualTo("success");
    }

    @Test
    void onlyTheFirstSuiteCheckMayCarryThePlaceholderOwnerKey() throws Exception {
        CallbackClient withoutSuiteKey = service.client("/dingtalk/callback", PLACEHOLDER);

        assertThat(withoutSuiteKey
                        .deliver("{\"EventType\":\"check_create_suite_url\",\"Random\":\"LPIdSnlF\"}")
                        .decrypted())
                .isEqualTo("success");
        assertThat(withoutSuiteKey.deliver("{\"EventType\":\"check_url\"}").status())
                .isEqualTo(401);
        assertThat(withoutSuiteKey.deliver(someEvent(newId())).status()).isEqualTo(401);
    }

    @Test
    void aSyncHttpPushIsStoredPerElement() throws Exception {
        String biz = newId();
        String push = """
                {"EventType":"SYNC_HTTP_PUSH_MEDIUM","bizData":[
                  {"subscribe_id":"1_0","biz_type":14,"biz_id":"%1$s-a","corp_id":"dinga","gmt_modified":1,"biz_data":"{}"},
                  {"subscribe_id":"1_0","biz_type":14,"biz_id":"%1$s-b","corp_id":"dingb","gmt_modified":1,"biz_data":"{}"}]}
                """.formatted(biz);

        assertThat(client.deliver(push).decrypted()).isEqualTo("success");
        assertThat(client.deliver(push).decrypted()).isEqualTo("success");
        assertThat(client.deliver(push.replace("\"gmt_modified\":1", "\"gmt_modified\":2"))
                        .decrypted())
                .isEqualTo("success");

        assertThat(jdbc.sql(
                                "select corp_id from inbox.processed_events where payload ->> 'biz_id' like ? order by corp_id")
                        .param(biz + "%")
                        .query(String.class)
                        .list())
                .as("two elements, each in two versions")
                .containsExactly("dinga", "dinga", "dingb", "dingb");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\"nul\":\"a\\u0000b\"",
                "\"lone\":\"\\ud800\"",
                "\"twice\":1,\"twice\":2",
                "\"huge\":1e400000",
                "\"tiny\":1e-400000",
                "\"bytes\":\"\u00ff\u00fe\""
            })
    void anAuthenticEventIsNeverRefusedForItsContent(String field) throws Exception {
        String id = newId();
        byte[] text = ("{\"EventType\":\"odd\",\"eventId\":\"" + id + "\"," + field + "}").getBytes(ISO_8859_1);

        Answer answer = client.send(client.seal(text));

        assertThat(answer.status()).isEqualTo(200);
        assertThat(jdbc.sql("select payload_raw from inbox.processed_events where event_id = ?")
                        .param("default:" + id)
                        .query(byte[].class)
                        .single())
                .isEqualTo(text);
    }

    @Test
    void aNestingThatNoParserLikesIsStoredToo() throws Exception {
        String id = newId();
        int depth = 300_000;
        String text = "{\"EventType\":\"deep\",\"eventId\":\"" + id + "\",\"x\":" + "[".repeat(depth)
                + "]".repeat(depth) + "}";

        assertThat(client.deliver(text).decrypted()).isEqualTo("success");
        assertThat(jdbc.sql("select payload_raw from inbox.processed_events where event_id = ?")
                        .param("default:" + id)
                        .query(byte[].class)
                        .single())
                .asString(UTF_8)
                .isEqualTo(text);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "not json",
                "[]",
                "{}",
                "{\"EventType\":\"\"}",
                "{\"EventType\":1}",
                "{\"EventType\":\"check_url\"} {}",
                "",
                "{\"eventType\":\"wrong case\"}"
            })
    void authenticTextThatIsNoEventIsABadRequest(String text) throws Exception {
        assertProblem(client.send(client.seal(text)), 400, "not-an-event");
    }

    @Test
    void whateverIsWrongWithTheEnvelopeTheAnswerIsTheSame() throws Exception {
        Envelope good = client.seal(someEvent(newId()));
        String cipher = good.encrypt();
        List<Answer> answers = new ArrayList<>();
        answers.add(client.send(Map.of("msg_signature", "0".repeat(40), "timestamp", "1", "nonce", "n"), cipher));
        answers.add(client.send(signed(cipher.substring(0, 40) + "\n" + cipher.substring(40))));
        answers.add(client.send(signed("!!!!" + cipher)));
        answers.add(client.send(signed("")));
        answers.add(client.send(signed(cipher.substring(0, 44))));
        answers.add(client.send(signed("A".repeat(64 * 4))));
        answers.add(service.client("/dingtalk/callback", otherOwner()).deliver(someEvent(newId())));

        assertThat(answers).allSatisfy(a -> assertProblem(a, 401, "not-authentic"));
        assertThat(answers).extracting(Answer::body).containsOnly(answers.get(0).body());
        assertThat(answers.get(0).header("WWW-Authenticate")).isNotEmpty();
    }

    @Test
    void aRequestThatIsNoCallbackIsToldWhatIsMissing() throws Exception {
        Envelope envelope = client.seal(someEvent(newId()));
        Map<String, String> query = query(envelope);

        for (String parameter : query.keySet()) {
            Map<String, String> rest = new HashMap<>(query);
            rest.remove(parameter);
            Answer answer = client.send(rest, envelope.encrypt());
            assertProblem(answer, 400, "invalid-request");
            assertThat(answer.json().path("detail").asString()).contains(parameter);
        }
        for (String body :
                List.of("", "x", "[]", "{}", "{\"encrypt\":1}", "{\"encrypt\":\"a\"} x", "[".repeat(100_000))) {
            assertProblem(client.post(query, body.getBytes(UTF_8)), 400, "invalid-request");
        }
    }

    @Test
    void whatAProxyMayHaveChangedIsSaidInTheLog(CapturedOutput output) throws Exception {
        Envelope envelope = client.seal(someEvent(newId()));
        Map<String, String> lost = new HashMap<>(query(envelope));
        lost.remove("nonce");
        Map<String, String> added = new HashMap<>(query(envelope));
        added.put("utm_source", "proxy");

        assertThat(client.send(added, envelope.encrypt()).status())
                .as("only added to")
                .isEqualTo(200);
        assertProblem(client.send(lost, envelope.encrypt()), 400, "invalid-request");
        assertProblem(client.post(query(envelope), "<html>".getBytes(UTF_8)), 400, "invalid-request");
        assertProblem(client.send(query(envelope), envelope.encrypt().replace('A', 'B')), 401, "not-authentic");
        // Other tests have lines here, too.
        assertThat(output.getAll().lines().filter(line -> line.contains("proxy")))
                .anyMatch(line -> line.contains("is answered 400. The query parameter nonce is missing"))
                .anyMatch(line -> line.contains("is answered 400. The body must be a JSON object"))
                .anyMatch(line -> line.contains("is answered 401. The signature does not match"));
    }

    @Test
    void otherMethodsTypesAndAppsAreRefused() throws Exception {
        Envelope envelope = client.seal(someEvent(newId()));
        Map<String, String> query = query(envelope);

        Answer get = client.exchange(client.request(query).GET().build());
        assertProblem(get, 405, "method-not-allowed");
        assertThat(get.header("Allow")).isEqualTo("POST");
        assertProblem(
                client.exchange(client.request(query)
                        .setHeader("Content-Type", "text/xml")
                        .POST(BodyPublishers.ofString(body(envelope)))
                        .build()),
                415,
                "unsupported-media-type");
        assertProblem(
                service.client("/dingtalk/callback/nobody", Service.CREDENTIALS).deliver(someEvent(newId())),
                404,
                "unknown-app");
    }

    @Test
    void aBodyOfOneMebibyteIsReadAndOneByteMoreIsRefused() throws Exception {
        Envelope envelope = client.seal(someEvent(newId()));
        byte[] body = body(envelope).getBytes(UTF_8);
        byte[] largest = Arrays.copyOf(body, MEBIBYTE);
        Arrays.fill(largest, body.length, MEBIBYTE, (byte) ' ');
        byte[] tooLarge = Arrays.copyOf(largest, MEBIBYTE + 1);
        tooLarge[MEBIBYTE] = ' ';

        assertThat(client.post(query(envelope), largest).status()).isEqualTo(200);
        assertProblem(client.post(query(envelope), tooLarge), 413, "too-large");
        assertProblem(
                client.exchange(client.request(query(envelope))
                        .POST(BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(tooLarge)))
                        .build()),
                413,
                "too-large");
    }

    @Test
    void aBodyThatDoesNotArriveWholeIsABadRequest() throws Exception {
        Envelope envelope = client.seal(someEvent(newId()));
        String target =
                client.request(query(envelope)).GET().build().uri().toString().replaceFirst("http://[^/]*", "");
        try (Socket socket = new Socket("localhost", service.url("/").getPort())) {
            socket.getOutputStream()
                    .write(("POST " + target + " HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
                                    + "Transfer-Encoding: chunked\r\n\r\nno length\r\n")
                            .getBytes(UTF_8));
            String answer = new String(socket.getInputStream().readAllBytes(), UTF_8);

            // What is no HTTP is answered by the container, in its own words.
            assertThat(answer).startsWith("HTTP/1.1 400").contains("Bad Request");
        }
    }

    @Test
    void largeBodiesThatStopInTheMiddleLeaveRoomForCallbacks() throws Exception {
        String head = "POST /dingtalk/callback?msg_signature=a&timestamp=1&nonce=n HTTP/1.1\r\nHost: localhost\r\n"
                + "Content-Type: application/json\r\nContent-Length: " + MEBIBYTE + "\r\n\r\n";
        byte[] unfinished = (head + "a".repeat(100_000)).getBytes(UTF_8);
        List<Socket> stalled = new ArrayList<>();
        try {
            for (int i = 0; i < 40; i++) {
                Socket socket = new Socket("localhost", service.url("/").getPort());
                socket.getOutputStream().write(unfinished);
                stalled.add(socket);
            }
            List<Socket> answered = Awaitility.await()
                    .until(
                            () -> stalled.stream()
                                    .filter(CallbackPostgresTest::hasAnswer)
                                    .toList(),
                            a -> a.size() >= 8);

            assertThat(answered).anySatisfy(socket -> assertThat(
                            new BufferedReader(new InputStreamReader(socket.getInputStream(), UTF_8)).readLine())
                    .startsWith("HTTP/1.1 503"));
            assertThat(client.deliver(someEvent(newId())).decrypted()).isEqualTo("success");
        } finally {
            for (Socket socket : stalled) {
                socket.close();
            }
        }
    }

    private static boolean hasAnswer(Socket socket) {
        try {
            return socket.getInputStream().available() > 0;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void aSecretInAnEventIsNoPartOfItsIdentity() throws Exception {
        String ticket = newId();

        client.deliver("{\"EventType\":\"suite_ticket\",\"SuiteKey\":\"s\",\"SuiteTicket\":\"" + ticket + "\"}");

        assertThat(jdbc.sql(
                                "select event_id || natural_key from inbox.processed_events where payload ->> 'SuiteTicket' = ?")
                        .param(ticket)
                        .query(String.class)
                        .single())
                .doesNotContain(ticket);
    }

    @Test
    void whileTheDatabaseIsAwayOnlyControlEventsAreAnswered() throws Exception {
        String id = newId();
        try (TestDatabase admin = database.maintenance()) {
            String name = database.name();
            admin.jdbc()
                    .sql("alter database " + name + " allow_connections false")
                    .update();
            admin.jdbc()
                    .sql("select pg_terminate_backend(pid, 5000) from pg_stat_activity where datname = ?")
                    .param(name)
                    .query(Boolean.class)
                    .list();
            try {
                assertProblem(client.deliver(someEvent(id)), 503, "database-unavailable");
                assertThat(client.deliver("{\"EventType\":\"check_url\"}").decrypted())
                        .isEqualTo("success");
            } finally {
                admin.jdbc()
                        .sql("alter database " + name + " allow_connections true")
                        .update();
            }
        }
        // The pool takes a moment to see that the database is back.
        Awaitility.await()
                .untilAsserted(
                        () -> assertThat(client.deliver(someEvent(id)).status()).isEqualTo(200));
        // Where the first connection takes longer than the deadline, a worker processes it.
        Awaitility.await()
                .untilAsserted(() -> assertThat(eventIdsLike("default:" + id)).hasSize(1));
    }

    private static void assertProblem(Answer answer, int status, String type) {
        assertThat(answer.status()).as(answer.body()).isEqualTo(status);
        assertThat(answer.header("Content-Type")).isEqualTo("application/problem+json");
        assertThat(answer.json().path("type").asString()).isEqualTo("urn:dingtalk-inbox:problem:" + type);
        assertThat(answer.json().path("status").asInt()).isEqualTo(status);
        assertThat(answer.json().path("title").asString()).isNotEmpty();
        assertThat(answer.body()).doesNotContain(Service.CREDENTIALS.token()).doesNotContain("Exception");
    }

    private List<String> eventIdsLike(String pattern) {
        return jdbc.sql("select event_id from inbox.processed_events where event_id like ?")
                .param(pattern)
                .query(String.class)
                .list();
    }

    private static Credentials otherOwner() {
        return new Credentials(Service.CREDENTIALS.token(), Service.CREDENTIALS.aesKey(), "dingsomebodyelse");
    }

    /** An envelope around something that is not encrypted, signed all the same. */
    private static Envelope signed(String encrypt) {
        var digest = new TreeSet<>(List.of(Service.CREDENTIALS.token(), "1790000000680", "nonce1", encrypt));
        try {
            byte[] sha1 = MessageDigest.getInstance("SHA-1")
                    .digest(String.join("", digest).getBytes(UTF_8));
            return new Envelope(HexFormat.of().formatHex(sha1), "1790000000680", "nonce1", encrypt);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    private static Map<String, String> query(Envelope envelope) {
        return Map.of(
                "msg_signature", envelope.signature(), "timestamp", envelope.timestamp(), "nonce", envelope.nonce());
    }

    private static String body(Envelope envelope) {
        return "{\"encrypt\":\"" + envelope.encrypt() + "\"}";
    }

    private static String someEvent(String id) {
        return "{\"EventType\":\"brand_new_event_2027\",\"EventTime\":1790000000123,\"CorpId\":\"ding1\",\"eventId\":\""
                + id + "\"}";
    }

    private static String newId() {
        return UUID.randomUUID().toString();
    }
}
