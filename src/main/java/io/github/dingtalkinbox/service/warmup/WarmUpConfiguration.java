package io.github.dingtalkinbox.service.warmup;

import io.github.dingtalkinbox.internal.approval.ApprovalHandler;
import io.github.dingtalkinbox.internal.database.ConnectionShares;
import io.github.dingtalkinbox.internal.identity.EventReader;
import io.github.dingtalkinbox.internal.intake.Inbox;
import io.github.dingtalkinbox.internal.store.EventStore;
import io.github.dingtalkinbox.internal.transaction.ProvenTransactions;
import io.github.dingtalkinbox.service.start.OwnCallbacks;
import io.github.dingtalkinbox.service.start.OwnCallbacks.OwnCallback;
import io.github.dingtalkinbox.service.start.OwnUrl;
import java.time.Clock;
import java.util.Optional;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Not an auto-configuration: a host application starts in its own way, and a command has no callback URL. */
@Configuration(proxyBeanMethods = false)
@ConditionalOnWebApplication(type = ConditionalOnWebApplication.Type.SERVLET)
@EnableConfigurationProperties(WarmUpProperties.class)
class WarmUpConfiguration {
    /**
     * The driver prepares a statement when a connection executes it for the fifth time. On 8 connections at most, with
     * two events a delivery, 80 rows of {@code processed_events} are rolled back and left to vacuum, 80 of {@code
     * duplicate_deliveries}, and 40 of either table of approvals.
     */
    private static final int DELIVERIES = 5;

    @Bean
    WarmUp warmUp(
            WarmUpProperties properties,
            Inbox inbox,
            ProvenTransactions transactions,
            EventStore store,
            ConnectionShares connections,
            ApprovalHandler handler,
            EventReader reader,
            OwnCallbacks callbacks,
            OwnUrl url) {
        Rehearsal rehearsal = new Rehearsal(inbox, transactions, store, connections.deliveries());
        MadeUpEvents events = new MadeUpEvents(reader, Clock.systemUTC());
        return new WarmUp(
                properties.warmUp(), limit -> rehearsal.play(DELIVERIES, events::delivery, handler, limit), limit -> {
                    Optional<OwnCallback> check = callbacks.of(MadeUpEvents.URL_CHECK);
                    if (check.isPresent()) {
                        new UrlChecks(check.get()).send(url.find(), limit);
                    }
                });
    }
}
