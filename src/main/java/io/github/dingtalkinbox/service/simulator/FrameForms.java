package io.github.dingtalkinbox.service.simulator;

import io.github.dingtalkinbox.service.gateway.FrameForm;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;

/** How the frames of a simulation are written: a few of them as a misbehaving gateway may. Safe for use by many threads. */
final class FrameForms {
    private static final double SHARE = 0.05;

    private final List<FrameForm> odd = new ArrayList<>();
    private final boolean doubles;
    private final boolean joins;
    private final boolean lingers;
    private final Random random;

    FrameForms(Set<Misbehaviour> misbehaviours, long seed) {
        if (misbehaviours.contains(Misbehaviour.FRAGMENTS)) {
            odd.add(FrameForm.FRAGMENTS_OF_ONE_BYTE);
        }
        if (misbehaviours.contains(Misbehaviour.PINGS)) {
            odd.add(FrameForm.PINGS_BETWEEN_FRAGMENTS);
        }
        if (misbehaviours.contains(Misbehaviour.SEGMENTS)) {
            odd.add(FrameForm.SEGMENTS_OF_ONE_BYTE);
        }
        if (misbehaviours.contains(Misbehaviour.LARGE)) {
            odd.add(FrameForm.PADDED);
        }
        this.joins = misbehaviours.contains(Misbehaviour.TOGETHER);
        this.lingers = misbehaviours.contains(Misbehaviour.OLD_CONNECTION);
        this.doubles = misbehaviours.contains(Misbehaviour.SAME_MESSAGE_ID);
        this.random = new Random(seed);
    }

    FrameForm next() {
        return odd.isEmpty() || random.nextDouble() >= SHARE ? FrameForm.WHOLE : odd.get(random.nextInt(odd.size()));
    }

    /** Whether the frame is sent twice with the same {@code messageId}. */
    boolean comesTwice() {
        return doubles && random.nextDouble() < SHARE;
    }

    /** Whether another frame comes in the same TCP segment. */
    boolean comesTogether() {
        return joins && random.nextDouble() < SHARE;
    }

    /** Whether the frame comes on a connection that was asked to be left, if there is one. */
    boolean comesOnTheOldConnection() {
        return lingers && random.nextBoolean();
    }
}
