package io.github.dingtalkinbox.internal.text;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class FloodTest {
    private final Queue<Runnable> later = new ArrayDeque<>();
    private final List<Integer> summaries = new ArrayList<>();
    private final Flood flood = new Flood(later::add, summaries::add);

    @Test
    void theFirstLinesAreWrittenAndTheRestIsSummedUp() {
        assertThat(admitted(25)).isEqualTo(10);
        afterAWhile();
        assertThat(admitted(7)).as("it goes on").isZero();
        afterAWhile();

        assertThat(summaries).containsExactly(15, 7);
    }

    @Test
    void whenItIsOverItMayBeginAnew() {
        admitted(11);
        afterAWhile();
        afterAWhile();

        assertThat(admitted(11)).isEqualTo(10);
        assertThat(later).hasSize(1);
        assertThat(summaries).containsExactly(1);
    }

    @Test
    void fewLinesHaveNoSummary() {
        assertThat(admitted(10)).isEqualTo(10);
        afterAWhile();

        assertThat(admitted(10)).isEqualTo(10);
        assertThat(summaries).isEmpty();
    }

    private int admitted(int lines) {
        return (int) IntStream.range(0, lines).filter(i -> flood.admits()).count();
    }

    private void afterAWhile() {
        later.remove().run();
    }
}
