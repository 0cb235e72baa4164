package io.github.dingtalkinbox.service.operations;

import java.time.Instant;

/**
 * What an operator did with an event: a row of {@code operator_actions}, whose columns have the same names.
 *
 * @param stateBefore the state of the event at that moment
 */
public record PastAction(
        String action, String stateBefore, String operator, String origin, String reason, Instant actedAt) {}
