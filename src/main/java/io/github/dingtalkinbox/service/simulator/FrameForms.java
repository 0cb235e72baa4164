package io.github.dingtalkinbox.service.simulator;

import io.github.dingtalkinbox.service.gateway.FrameForm;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;

/** How the frames of a simulation are written: a few of them as a misbehaving gateway may. Safe for use by many threads. */
final class FrameForms {
    private static final double SHARE = 0.05;

    private final Misbehaviours misbehaviours;
    private final List<Misbehaviour> odd;
    private final Random random;

    FrameForms(Misbehaviours misbehaviours, long seed) {
        this.misbehaviours = misbehaviours;
        this.odd = Stream.of(Misbehaviour.FRAGMENTS, Misbehaviour.PINGS, Misbehaviour.SEGMENTS, Misbehaviour.LARGE)
                .filter(misbehaviours::include)
                .toList();
        this.random = new Random(seed);
    }

    FrameForm next() {
        if (odd.isEmpty() || random.nextDouble() >= SHARE) {
            return FrameForm.WHOLE;
        }
        Misbehaviour how = odd.get(random.nextInt(odd.size()));
        misbehaviours.count(how);
        return switch (how) {
            case FRAGMENTS -> FrameForm.FRAGMENTS_OF_ONE_BYTE;
            case PINGS -> FrameForm.PINGS_BETWEEN_FRAGMENTS;
            case SEGMENTS -> FrameForm.SEGMENTS_OF_ONE_BYTE;
            default -> FrameForm.PADDED;
        };
    }

    /** Whether the frame is sent twice with the same {@code messageId}. */
    boolean comesTwice() {
        return happens(Misbehaviour.SAME_MESSAGE_ID);
    }

    /** Whether another frame comes in the same TCP segment. */
    boolean comesTogether() {
        return happens(Misbehaviour.TOGETHER);
    }

    /** Whether the frame comes on a connection that was asked to be left, if there is one. */
    boolean comesOnTheOldConnection() {
        return misbehaviours.include(Misbehaviour.OLD_CONNECTION) && random.nextBoolean();
    }

    private boolean happens(Misbehaviour how) {
        boolean now = misbehaviours.include(how) && random.nextDouble() < SHARE;
        if (now) {
            misbehaviours.count(how);
        }
        return now;
    }
}
