package io.github.dingtalkinbox.internal.start;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.core.env.MapPropertySource;
import org.springframework.core.env.StandardEnvironment;
import org.springframework.core.env.SystemEnvironmentPropertySource;

@ExtendWith(OutputCaptureExtension.class)
class UnknownPropertiesTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "inbox.deadline",
                "inbox.handler-timeout",
                "inbox.handlerTimeout",
                "inbox.enabled",
                "inbox.apps.hr.token",
                "inbox.apps.hr.previous.aes-key",
                "inbox.apps.hr.client-secret",
                "inbox.event-types[3].ordering-key",
                "inbox.event-types[0].natural-key[1]",
                "inbox.seal.previous-keys[0]",
                "inbox.console.users.mei.roles",
                "inbox.console.oidc.roles.some.group",
                "spring.datasource.url",
                "queue.own-of-the-host"
            })
    void whatExistsIsNotTold(String name) {
        assertThat(file(name)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "inbox.dedline, inbox.deadline",
        "inbox.queue.worker, inbox.queue.workers",
        "inbox.handlers.locations, inbox.handlers.location",
        "inbox.apps.hr.tokn, inbox.apps.<name>.token",
        "inbox.event-types[0].order-key, inbox.event-types[].ordering-key"
    })
    void aMistypedNameIsToldWithTheOneThatWasMeant(String name, String meant) {
        assertThat(file(name))
                .singleElement()
                .asString()
                .startsWith(name + " (")
                .endsWith("did you mean " + meant + "?");
    }

    @Test
    void aNameThatIsNearNoneIsToldToo() {
        assertThat(file("inbox.something.else.entirely"))
                .singleElement()
                .asString()
                .endsWith("unknown");
    }

    @ParameterizedTest
    @CsvSource({
        "dingtalk.apps.hr.app-secret, inbox.apps.<name>.client-secret",
        "dingtalk.drain, inbox.drain",
        "queue.max-attempts, inbox.queue.max-attempts",
        "retention.event-types[0].events, inbox.retention.event-types[].events",
        "console.users.mei.password, inbox.console.users.<name>.password",
        "audit.seal-key, inbox.seal.key"
    })
    void anOldNameIsToldWithTheNewOne(String old, String now) {
        assertThat(file(old)).singleElement().asString().startsWith(old + " (").endsWith("is now called " + now);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "INBOX_SERVICE_HOST",
                "INBOX_PORT",
                "INBOX_PORT_8080_TCP_ADDR",
                "INBOX_APP_PASSWORD",
                "INBOX_MIGRATOR_PASSWORD",
                "INBOX_HANDLERTIMEOUT",
                "INBOX_HANDLER_TIMEOUT",
                "INBOX_EVENTTYPES_0_NATURALKEY",
                "INBOX_APPS_DEFAULT_AESKEY",
                "INBOX_APPS_DEFAULT_AES_KEY",
                "INBOX_SEAL_KEY",
                "QUEUE_SERVICE_HOST"
            })
    void variablesOfOthersAreNotTold(String variable) {
        assertThat(variable(variable)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "INBOX_DEDLINE, did you mean inbox.deadline?",
        "INBOX_APPS_DEFAULT_TOKN, did you mean inbox.apps.<name>.token?",
        "DINGTALK_APPS_DEFAULT_AESKEY, is now called inbox.apps.<name>.aes-key",
        "AUDIT_SEALKEY, is now called inbox.seal.key"
    })
    void variablesThatAreNearARealOneAreTold(String variable, String what) {
        assertThat(variable(variable)).singleElement().asString().endsWith(what);
    }

    @Test
    void valuesAreNeverTold() {
        assertThat(file("inbox.apps.hr.tokn").toString()).doesNotContain("secret-value");
        assertThat(variable("INBOX_APPS_HR_TOKN").toString()).doesNotContain("secret-value");
    }

    @Test
    void aHostIsOnlyWarned(CapturedOutput output) {
        new ApplicationContextRunner()
                .withConfiguration(AutoConfigurations.of(StartConfiguration.class))
                .withPropertyValues("inbox.dedline=2s")
                .run(host -> assertThat(host).hasNotFailed());

        assertThat(output).contains("WARN", "No such property: inbox.dedline", "did you mean inbox.deadline?");
    }

    private static List<String> file(String name) {
        return UnknownProperties.in(environment(name), KnownProperties.load());
    }

    private static StandardEnvironment environment(String name) {
        StandardEnvironment environment = new StandardEnvironment();
        environment.getPropertySources().addFirst(new MapPropertySource("test", Map.of(name, "secret-value")));
        return environment;
    }

    private static List<String> variable(String variable) {
        StandardEnvironment environment = new StandardEnvironment();
        environment
                .getPropertySources()
                .replace(
                        StandardEnvironment.SYSTEM_ENVIRONMENT_PROPERTY_SOURCE_NAME,
                        new SystemEnvironmentPropertySource(
                                StandardEnvironment.SYSTEM_ENVIRONMENT_PROPERTY_SOURCE_NAME,
                                Map.of(variable, "secret-value")));
        return UnknownProperties.in(environment, KnownProperties.load());
    }
}
