package io.github.dingtalkinbox.internal.recovery;

import io.github.dingtalkinbox.DatabaseUnavailable;
import io.github.dingtalkinbox.internal.recovery.RecoveryPolls.TurnLost;
import java.sql.SQLException;
import java.util.List;
import java.util.concurrent.CancellationException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;

/**
 * Polls the failed callbacks of all apps that have keys, one after the other. What goes wrong with one does not keep the
 * next from its poll.
 *
 * <p>{@link #runOnce} is for one thread at a time; {@link #stop} may come from another.
 */
final class RecoveryPoll {
    private static final Logger log = LoggerFactory.getLogger(RecoveryPoll.class);

    private final List<AppPoll> apps;

    RecoveryPoll(List<AppPoll> apps) {
        this.apps = List.copyOf(apps);
    }

    /** Polls every app whose turn it is. Throws nothing that the next time may be without. */
    void runOnce() {
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
                        "The failed callbacks of the app {} were not pulled, and will not be until somebody acts: {}",
                        app.app(),
                        e.getMessage());
            }
        } catch (CancellationException e) {
            log.info("The poll of the app {} ends early; the next one goes on where it stopped", app.app());
        } catch (TurnLost | DatabaseUnavailable | DataAccessException | SQLException e) {
            log.warn(
                    "The poll of the app {} has lost the database. What was pulled is taken up by the next poll, here or"
                            + " on another node: {}",
                    app.app(),
                    e.toString());
        } catch (RuntimeException e) {
            log.error("The poll of the app {} failed; the next one tries again", app.app(), e);
        }
    }

    /** Makes a poll that is under way end soon. */
    void stop() {
        apps.forEach(AppPoll::stop);
    }

    /** Tries once more to store what could not be stored, before the memory that has it is gone. */
    void saveWhatIsUnsaved() {
        for (AppPoll app : apps) {
            try {
                app.saveWhatIsUnsaved();
            } catch (DataAccessException e) {
                log.error("The service ends, and with it the page of the app {} that was not stored", app.app(), e);
            }
        }
    }
}
