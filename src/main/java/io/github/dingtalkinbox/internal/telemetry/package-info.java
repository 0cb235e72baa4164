/**
 * What the application can be seen doing: health, which needs Spring Boot's actuator; metrics, which need Micrometer; the
 * names of events in the spans of requests, with Micrometer Tracing and only if asked for; and handling times, in the database.
 */
@NullMarked
package io.github.dingtalkinbox.internal.telemetry;

import org.jspecify.annotations.NullMarked;
