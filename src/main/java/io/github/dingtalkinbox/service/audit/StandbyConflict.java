package io.github.dingtalkinbox.service.audit;

import io.github.dingtalkinbox.internal.sql.SqlStates;
import java.util.function.Supplier;
import org.springframework.dao.DataAccessException;

/** A standby cancels what reads rows that the primary has removed meanwhile (a conflict with recovery). */
public final class StandbyConflict {
    private static final int TRIES = 5;

    private StandbyConflict() {}

    /** Reads again what a standby has cancelled, from the state that it has by then. */
    public static <T> T retried(Supplier<T> reading) {
        for (int tried = 1; ; tried++) {
            try {
                return reading.get();
            } catch (DataAccessException e) {
                if (tried == TRIES || !SqlStates.isLostRace(e)) {
                    throw e;
                }
            }
        }
    }
}
