package io.github.dingtalkinbox.bench.process;

import io.github.dingtalkinbox.BatchEventHandler;
import io.github.dingtalkinbox.Event;
import io.github.dingtalkinbox.internal.approval.BuiltInHandler;
import javax.sql.DataSource;
import org.springframework.jdbc.core.simple.JdbcClient;

/** What every contender has to do once for an event: keep the approval, and leave a trace to be counted. */
final class BusinessUpdate {
    private final BatchEventHandler approvals;
    private final BatchEventHandler effects;

    BusinessUpdate(DataSource dataSource) {
        this.approvals = BuiltInHandler.on(JdbcClient.create(dataSource));
        this.effects = new Effects(dataSource);
    }

    void make(Event event) throws Exception {
        approvals.handle(event);
        effects.handle(event);
    }

    /** The same for frameworks whose code may not throw checked exceptions. */
    void makeUnchecked(Event event) {
        try {
            make(event);
        } catch (RuntimeException e) {
            throw e;
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }
}
