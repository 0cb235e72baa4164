package io.github.dingtalkinbox.internal.seal;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.boot.logging.LogLevel;
import org.springframework.boot.logging.LoggingSystem;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

/** What becomes of a head if its place does not take it. */
@ExtendWith(OutputCaptureExtension.class)
class KeptHeadsTest {
    private static final String FAILED = "could not be kept in the place: java.io.IOException: full";
    private static final String AGAIN = "Heads are kept in the place again";

    private final Place place = new Place();
    private final AtomicLong nanos = new AtomicLong();
    private final KeptHeads heads = new KeptHeads(place, nanos::get);

    @BeforeEach
    void log() {
        // A command that ran before in this process has silenced what is not a warning.
        LoggingSystem.get(getClass().getClassLoader()).setLogLevel(KeptHeads.class.getName(), LogLevel.INFO);
    }

    @Test
    void eachHeadGoesThere() {
        heads.keep(head(1));
        heads.keep(head(2));
        heads.retry();

        assertThat(place.taken).containsExactly(head(1), head(2));
        assertThat(heads.failures()).isZero();
    }

    @Test
    void theNextSuccessCoversWhatFailed(CapturedOutput output) {
        place.isFull = true;
        heads.keep(head(1));
        heads.keep(head(2));
        assertThat(heads.failures()).as("asked once").isEqualTo(1);
        heads.retry();
        assertThat(heads.failures()).isEqualTo(2);
        place.isFull = false;
        heads.retry();
        heads.retry();
        heads.keep(head(3));

        assertThat(place.taken).containsExactly(head(2), head(3));
        assertThat(heads.failures()).isEqualTo(2);
        assertThat(output.toString().split(FAILED, -1)).as("logged once").hasSize(2);
        assertThat(output.toString().split(AGAIN, -1)).as("logged once").hasSize(2);
    }

    @Test
    void aNewFailureIsLoggedAgain(CapturedOutput output) {
        for (int hour = 0; hour < 2; hour++) {
            place.isFull = true;
            heads.keep(head(hour));
            place.isFull = false;
            heads.retry();
        }
        assertThat(output.toString().split(FAILED, -1)).hasSize(3);
    }

    @Test
    void twoHoursWithoutAnyIsTooLong() {
        place.isFull = true;
        heads.keep(head(1));
        nanos.addAndGet(Duration.ofHours(1).toNanos());
        heads.keep(head(2));
        heads.retry();
        nanos.addAndGet(Duration.ofHours(1).toNanos());
        assertThat(heads.overdue(Duration.ofHours(2))).isZero();
        nanos.addAndGet(1);
        assertThat(heads.overdue(Duration.ofHours(2))).isEqualTo(2);

        place.isFull = false;
        heads.retry();
        assertThat(heads.overdue(Duration.ofHours(2))).isZero();
    }

    @Test
    void whateverAPlaceThrowsNobodyIsKeptFromSealing() {
        place.isBroken = true;
        heads.keep(head(1));
        assertThat(heads.failures()).isEqualTo(1);
    }

    @Test
    void anInterruptEndsTheWaitForAPlace() {
        place.isInterrupted = true;
        heads.keep(head(1));
        assertThat(Thread.interrupted()).isTrue();
        assertThat(place.taken).isEmpty();
    }

    private static SealedHead head(int hour) {
        return new SealedHead(Instant.EPOCH.plus(Duration.ofHours(hour)), hour + ":ab");
    }

    private static final class Place implements HeadPlace {
        private final List<SealedHead> taken = new ArrayList<>();
        private boolean isFull;
        private boolean isBroken;
        private boolean isInterrupted;

        @Override
        public void put(SealedHead head) throws IOException, InterruptedException {
            if (isInterrupted) {
                throw new InterruptedException();
            }
            if (isBroken) {
                throw new IllegalStateException();
            }
            if (isFull) {
                throw new IOException("full");
            }
            taken.add(head);
        }

        @Override
        public String toString() {
            return "the place";
        }
    }
}
