package io.github.dingtalkinbox.service.simulator;

import static io.github.dingtalkinbox.service.simulator.Misbehaviour.CLOSE;
import static io.github.dingtalkinbox.service.simulator.Misbehaviour.DROP;
import static io.github.dingtalkinbox.service.simulator.Misbehaviour.HALF_DEAD;
import static io.github.dingtalkinbox.service.simulator.Misbehaviour.LARGE;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class MisbehavioursTest {
    private final Misbehaviours misbehaviours = new Misbehaviours(Set.of(LARGE, HALF_DEAD, DROP, CLOSE));

    @Test
    void connectionsSufferEachInTurn() {
        assertThat(misbehaviours.next(2)).contains(CLOSE);
        assertThat(misbehaviours.next(2)).contains(DROP);
        assertThat(misbehaviours.next(2)).contains(HALF_DEAD);
        assertThat(misbehaviours.next(2)).contains(CLOSE);
    }

    @Test
    void whatIsNotPossibleKeepsItsTurn() {
        assertThat(misbehaviours.next(0)).isEmpty();
        assertThat(misbehaviours.next(1)).contains(CLOSE);
        assertThat(misbehaviours.next(1)).contains(DROP);
        assertThat(misbehaviours.next(1)).contains(CLOSE);
        assertThat(misbehaviours.next(2)).contains(HALF_DEAD);
        assertThat(misbehaviours.next(2)).contains(DROP);
    }

    @Test
    void eachIsCounted() {
        misbehaviours.count(DROP);
        misbehaviours.count(DROP);
        assertThat(misbehaviours.done())
                .containsExactlyInAnyOrderEntriesOf(Map.of(CLOSE, 0, DROP, 2, HALF_DEAD, 0, LARGE, 0));
    }
}
