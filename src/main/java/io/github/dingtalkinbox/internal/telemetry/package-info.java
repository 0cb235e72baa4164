/**
 * What can be observed: health, with Spring Boot's actuator; metrics, with Micrometer; the names of events in the spans
 * of requests, with Micrometer Tracing and only on request; and handling times, in the database.
 */
@NullMarked
package io.github.dingtalkinbox.internal.telemetry;

import org.jspecify.annotations.NullMarked;
