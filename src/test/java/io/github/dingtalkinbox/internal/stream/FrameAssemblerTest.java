package io.github.dingtalkinbox.internal.stream;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.dingtalkinbox.internal.stream.FrameAssembler.WholeText;
import org.junit.jupiter.api.Test;

class FrameAssemblerTest {
    private final FrameAssembler assembler = new FrameAssembler();

    @Test
    void aWholeMessageIsWhatItIs() {
        assertThat(assembler.add("whole", true)).isEqualTo(new WholeText("whole", false));
    }

    @Test
    void partsArePutTogetherInTheirOrder() {
        assertThat(assembler.add("a", false)).isNull();
        assertThat(assembler.add("", false)).isNull();
        assertThat(assembler.add("b", false)).isNull();
        assertThat(assembler.add("", true)).isEqualTo(new WholeText("ab", false));
        assertThat(assembler.add("next", true)).isEqualTo(new WholeText("next", false));
    }

    @Test
    void theLargestIsWhole() {
        String half = "x".repeat(FrameAssembler.LARGEST / 2);
        assertThat(assembler.add(half, false)).isNull();
        assertThat(assembler.add(half, true)).isEqualTo(new WholeText(half + half, false));
        assertThat(assembler.add(half + half, true)).isEqualTo(new WholeText(half + half, false));
    }

    @Test
    void ofWhatIsTooLargeOnlyTheBeginningIsKept() {
        String half = "x".repeat(FrameAssembler.LARGEST / 2);
        for (String[] parts : new String[][] {{half + half + "y"}, {half, half, "y"}, {half, half, "y", half, ""}}) {
            for (int i = 0; i < parts.length - 1; i++) {
                assertThat(assembler.add(parts[i], false)).isNull();
            }
            assertThat(assembler.add(parts[parts.length - 1], true))
                    .isEqualTo(new WholeText("x".repeat(16 * 1024), true));
            assertThat(assembler.add("next", true)).isEqualTo(new WholeText("next", false));
        }
    }
}
