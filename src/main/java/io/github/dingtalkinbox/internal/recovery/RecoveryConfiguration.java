package io.github.dingtalkinbox.internal.recovery;

import io.github.dingtalkinbox.Receiver;
import io.github.dingtalkinbox.internal.apps.AppKeys;
import io.github.dingtalkinbox.internal.apps.DingTalkProperties;
import io.github.dingtalkinbox.internal.database.InboxDatabase;
import io.github.dingtalkinbox.internal.http.Http;
import io.github.dingtalkinbox.internal.http.HttpClients;
import io.github.dingtalkinbox.internal.identity.EventReader;
import io.github.dingtalkinbox.internal.recovery.AppPoll.Tables;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Condition;
import org.springframework.context.annotation.ConditionContext;
import org.springframework.context.annotation.Conditional;
import org.springframework.core.type.AnnotatedTypeMetadata;

/** The poll of the failed callbacks, if some app may call DingTalk. */
@AutoConfiguration(afterName = "io.github.dingtalkinbox.internal.intake.InboxConfiguration")
@ConditionalOnBooleanProperty(name = "inbox.enabled", matchIfMissing = true)
@Conditional(RecoveryConfiguration.AppKeysConfigured.class)
@EnableConfigurationProperties({RecoveryProperties.class, DingTalkProperties.class})
class RecoveryConfiguration {
    private static final Duration CALL = Duration.ofSeconds(15);

    @Bean
    RecoveryPoll inboxRecoveryPoll(
            RecoveryProperties properties,
            DingTalkProperties dingTalk,
            EventReader reader,
            Receiver receiver,
            InboxDatabase database) {
        Clock clock = Clock.systemUTC();
        Http http = new Http(HttpClients.through(dingTalk.proxy()), CALL);
        PageReceiver pageReceiver = new PageReceiver(reader, receiver);
        Tables tables =
                new Tables(new RecoveryPolls(database.dataSource()), new FailedCallbackPages(database.dataSource()));
        List<AppPoll> apps = new ArrayList<>();
        new AppKeys(dingTalk.apps())
                .polled()
                .forEach((app, appKeys) -> apps.add(new AppPoll(
                        app,
                        properties.interval(),
                        new DingTalkApi(http, properties.baseUrl(), appKeys, clock),
                        pageReceiver,
                        tables,
                        clock)));
        return new RecoveryPoll(apps, properties.interval(), CALL.plusSeconds(5));
    }

    /** Matches if a key to call DingTalk is set for any app, even an incomplete one. */
    static final class AppKeysConfigured implements Condition {
        @Override
        public boolean matches(ConditionContext context, AnnotatedTypeMetadata metadata) {
            Binder binder = Binder.get(context.getEnvironment());
            return new AppKeys(binder.bindOrCreate("inbox", DingTalkProperties.class)
                            .apps())
                    .areThere();
        }
    }
}
