package io.github.dingtalkinbox.internal.recovery;

import io.github.dingtalkinbox.DatabaseUnavailable;
import io.github.dingtalkinbox.internal.job.PeriodicJob;
import io.github.dingtalkinbox.internal.recovery.RecoveryPolls.TurnLost;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.Executor;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;
import org.springframework.scheduling.Trigger;

/**
 * Polls the failed callbacks of all apps that have keys, one after the other, at an interval. If the poll of one fails,
 * the others are still polled.
 */
final class RecoveryPoll extends PeriodicJob {
    private static final Logger log = LoggerFactory.getLogger(RecoveryPoll.class);

    private final List<AppPoll> apps;
    private final Duration interval;
    private final Duration patience;

    /** @param patience how long a running call may take at the stop, so that its answer is not thrown away */
    RecoveryPoll(List<AppPoll> apps, Duration interval, Duration patience) {
        super("recovery-poll", AFTER_THE_WEB_SERVER, patience);
        this.apps = List.copyOf(apps);
        this.interval = interval;
        this.patience = patience;
    }

    @Override
    protected Trigger trigger() {
        return every(Duration.ZERO, interval);
    }

    @Override
    protected void work() {
        for (AppPoll app : apps) {
            if (Thread.currentThread().isInterrupted()) {
                return;
            }
            runOnce(app);
        }
    }

    private static void runOnce(AppPoll app) {
        try {
            app.runOnce();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (ApiFailure e) {
            if (e.reason().isTemporary()) {
                log.warn("The failed callbacks of the app {} were not pulled: {}", app.app(), e.getMessage());
            } else {
                log.error(
                        "The failed callbacks of the app {} were not pulled, and will not be until this is fixed: {}",
                        app.app(),
                        e.getMessage());
            }
        } catch (CancellationException e) {
            log.info("The poll of the app {} ends early; the next one goes on where it stopped", app.app());
        } catch (TurnLost | DatabaseUnavailable | DataAccessException | SQLException e) {
            log.warn(
                    "The poll of the app {} lost its database connection. The next poll, here or on another node, goes on"
                            + " with what was pulled: {}",
                    app.app(),
                    e.toString());
        } catch (RuntimeException e) {
            log.error("The poll of the app {} failed; the next one tries again", app.app(), e);
        }
    }

    @Override
    protected void failed(Throwable failure) {
        log.error("The poll of the failed callbacks failed; the next one tries again", failure);
    }

    /** Not by an interrupt, which would throw away an answer that DingTalk gives only once. */
    @Override
    protected void ending(Executor thread) {
        apps.forEach(AppPoll::stop);
    }

    @Override
    protected void ended(boolean inTime) {
        if (!inTime) {
            log.warn("The poll of the failed callbacks did not end within {}", patience);
        }
        apps.forEach(RecoveryPoll::saveWhatIsUnsaved);
    }

    /** Tries once more to store the page, before it is lost with this process. */
    private static void saveWhatIsUnsaved(AppPoll app) {
        try {
            app.saveWhatIsUnsaved();
        } catch (DataAccessException e) {
            log.error(
                    "A page of failed callbacks of the app {} could not be stored, and is lost with this process",
                    app.app(),
                    e);
        }
    }
}
