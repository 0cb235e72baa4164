package io.github.dingtalkinbox.internal.webhook;

/** A request that does not reach the receiver. The message is for the operator's log, the problem for the sender. */
final class Refused extends RuntimeException {
    private final CallbackProblem problem;

    Refused(CallbackProblem problem) {
        this(problem, problem.detail());
    }

    Refused(CallbackProblem problem, String message) {
        // Without a stack trace: it would be useless, and any sender can cause this as often as it likes.
        super(message, null, false, false);
        this.problem = problem;
    }

    CallbackProblem problem() {
        return problem;
    }
}
