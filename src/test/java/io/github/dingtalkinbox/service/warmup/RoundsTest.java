package io.github.dingtalkinbox.service.warmup;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import org.junit.jupiter.api.Test;

class RoundsTest {
    @Test
    void endWhenTwoInARowWereNoFaster() throws Exception {
        assertThat(roundsThatTake(700, 300, 200, 190, 185, 50)).isEqualTo(5);
    }

    @Test
    void goOnAfterASingleSlowOne() throws Exception {
        assertThat(roundsThatTake(700, 900, 200, 100, 99, 98, 50)).isEqualTo(6);
    }

    @Test
    void aSlowRoundDoesNotMakeTheNextOneLookFaster() throws Exception {
        assertThat(roundsThatTake(100, 900, 100, 50)).isEqualTo(3);
    }

    @Test
    void endWhenTimeIsOver() throws Exception {
        Iterator<Boolean> isOver = List.of(false, true).iterator();

        assertThat(Rounds.play(() -> 1, isOver::next)).isOne();
    }

    private static int roundsThatTake(long... nanos) throws Exception {
        Iterator<Long> took = Arrays.stream(nanos).iterator();
        return Rounds.play(took::next, () -> false);
    }
}
