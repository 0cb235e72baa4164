/** Metrics: what becomes of deliveries and events, and how much is in the queue. Needs Micrometer. */
@NullMarked
package io.github.dingtalkinbox.internal.telemetry.metrics;

import org.jspecify.annotations.NullMarked;
