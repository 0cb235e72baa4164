package io.github.dingtalkinbox.internal.stream;

import io.github.dingtalkinbox.Receiver;
import io.github.dingtalkinbox.internal.apps.AppKeys;
import io.github.dingtalkinbox.internal.apps.AppKeys.StreamingApp;
import io.github.dingtalkinbox.internal.apps.DingTalkProperties;
import io.github.dingtalkinbox.internal.http.HttpClients;
import io.github.dingtalkinbox.internal.identity.EventReader;
import io.github.dingtalkinbox.internal.stream.GatewayConnection.Context;
import io.github.dingtalkinbox.internal.transaction.TimeLimits;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ThreadFactory;
import java.util.random.RandomGenerator;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.thread.Threading;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Condition;
import org.springframework.context.annotation.ConditionContext;
import org.springframework.context.annotation.Conditional;
import org.springframework.core.env.Environment;
import org.springframework.core.task.VirtualThreadTaskExecutor;
import org.springframework.core.type.AnnotatedTypeMetadata;
import org.springframework.scheduling.concurrent.CustomizableThreadFactory;

/** The Stream entrance, if some app has it. It needs no web server. */
@AutoConfiguration(
        afterName = {
            "io.github.dingtalkinbox.internal.intake.InboxConfiguration",
            // Of one phase, what was registered first is stopped first: the drain, which returns at once.
            "io.github.dingtalkinbox.internal.webhook.WebhookConfiguration"
        })
@ConditionalOnBooleanProperty(name = "inbox.enabled", matchIfMissing = true)
@Conditional(StreamConfiguration.StreamEnabled.class)
@EnableConfigurationProperties({StreamProperties.class, DingTalkProperties.class})
class StreamConfiguration {
    private static final String THREADS = "inbox-stream-";

    @Bean
    StreamEntrance inboxStreamEntrance(
            StreamProperties properties,
            DingTalkProperties dingTalk,
            EventReader reader,
            Receiver receiver,
            ObjectProvider<StreamListener> listener,
            TimeLimits timeLimits,
            @Value("${inbox.deadline:1s}") Duration deadline,
            @Value("${inbox.max-in-flight:256}") int maxInFlight,
            EventThreads threads) {
        Gateway gateway = new Gateway(() -> HttpClients.through(dingTalk.proxy()), properties.baseUrl());
        Context context = new Context(
                new EventFrames(reader, receiver),
                listener.getIfAvailable(() -> StreamListener.NONE),
                new Turns(Math.max(1, maxInFlight / 2)), // callbacks have the other half
                threads.executor,
                timeLimits,
                deadline,
                Clock.systemUTC());
        List<StreamingApp> apps = new AppKeys(dingTalk.apps()).streaming();
        return new StreamEntrance(() -> {
            List<ConnectionKeeper> keepers = new ArrayList<>();
            for (StreamingApp app : apps) {
                for (int number = 1; number <= app.connections(); number++) {
                    keepers.add(new ConnectionKeeper(
                            app.name(),
                            number,
                            app.keys(),
                            gateway,
                            context,
                            StreamTimes.usual(properties.watchdog()),
                            RandomGenerator.getDefault()));
                }
            }
            return keepers;
        });
    }

    @Bean
    EventThreads inboxStreamThreads(Environment environment) {
        return new EventThreads(Threading.VIRTUAL.isActive(environment));
    }

    /**
     * One for each event that is processed: there is no queue in which an event could wait too long. They end with the
     * context, after the entrance that needs them. Not an {@link Executor} itself: a host might get it for its own tasks.
     */
    static final class EventThreads implements AutoCloseable {
        private final Executor executor;

        private EventThreads(boolean virtual) {
            executor = virtual ? new VirtualThreadTaskExecutor(THREADS) : Executors.newCachedThreadPool(daemons());
        }

        private static ThreadFactory daemons() {
            CustomizableThreadFactory daemons = new CustomizableThreadFactory(THREADS);
            daemons.setDaemon(true);
            return daemons;
        }

        @Override
        public void close() {
            if (executor instanceof ExecutorService pool) {
                pool.shutdown();
            }
        }
    }

    /** Matches if any app has Stream mode. */
    static final class StreamEnabled implements Condition {
        @Override
        public boolean matches(ConditionContext context, AnnotatedTypeMetadata metadata) {
            Binder binder = Binder.get(context.getEnvironment());
            return !binder.bindOrCreate("inbox", DingTalkProperties.class)
                    .streaming()
                    .isEmpty();
        }
    }
}
