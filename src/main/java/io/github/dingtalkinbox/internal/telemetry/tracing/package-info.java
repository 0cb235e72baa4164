/** Tracing: the span of a request says which event it brought. Needs Micrometer Tracing, and is off unless asked for. */
@NullMarked
package io.github.dingtalkinbox.internal.telemetry.tracing;

import org.jspecify.annotations.NullMarked;
