package io.github.dingtalkinbox.service.operations;

import io.github.dingtalkinbox.DatabaseUnavailable;
import io.github.dingtalkinbox.internal.processing.Processor;
import io.github.dingtalkinbox.internal.processing.Repeated;
import io.github.dingtalkinbox.internal.transaction.HandlerFailed;
import io.github.dingtalkinbox.internal.transaction.HandlerTimedOut;
import io.github.dingtalkinbox.service.operations.OperatorOutcome.Quotation;

/**
 * Runs the handlers of processed events once more. That breaks the promise of exactly once on purpose, so it is
 * recorded in {@code operator_actions}, in the transaction of the handlers.
 *
 * <p>Call it outside of any transaction.
 */
public final class Repetition {
    private final Processor processor;
    private final OperatorActions actions;

    public Repetition(Processor processor, OperatorActions actions) {
        this.processor = processor;
        this.actions = actions;
    }

    /**
     * Runs the handlers of an event once more.
     *
     * @param instruction not a dry run
     * @throws Exception a failure of the database: nothing has happened
     */
    public OperatorOutcome repeat(String eventId, Instruction instruction) throws Exception {
        if (instruction.isDryRun()) {
            throw new IllegalArgumentException("Handlers cannot be run in a dry run");
        }
        try {
            return processor
                    .repeat(eventId, repeated -> note(repeated, instruction))
                    .map(repeated -> OperatorOutcome.done(
                            "settlement.repeated",
                            repeated.processed().processedAt(),
                            String.join(", ", repeated.handlers())))
                    .orElseGet(() -> OperatorOutcome.refused("settlement.not-processed"));
        } catch (NothingRan e) {
            return OperatorOutcome.refused("settlement.without-handler");
        } catch (HandlerFailed e) {
            return OperatorOutcome.refused(
                    e.mayHaveCommitted() ? "settlement.failed-at-commit" : "settlement.failed",
                    new Quotation(e.failure().toString()));
        } catch (HandlerTimedOut | DatabaseUnavailable e) {
            return OperatorOutcome.refused("settlement.not-ended", new Quotation(String.valueOf(e.getMessage())));
        }
    }

    private void note(Repeated repeated, Instruction instruction) {
        if (repeated.handlers().isEmpty()) {
            throw new NothingRan();
        }
        actions.insertRepeat(repeated.processed().event(), instruction);
    }

    /** There is nothing to record. */
    private static final class NothingRan extends RuntimeException {}
}
