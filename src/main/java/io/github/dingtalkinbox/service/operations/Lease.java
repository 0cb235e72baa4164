package io.github.dingtalkinbox.service.operations;

import java.time.Instant;

/**
 * The right to change the queued events of an ordering key.
 *
 * @param holder who has it
 * @param until when it expires, by the database's clock
 */
public record Lease(String holder, Instant until) {}
