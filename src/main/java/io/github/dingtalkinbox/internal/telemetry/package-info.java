/** What the application can be seen doing: health, metrics, handling times, spans. */
@NullMarked
package io.github.dingtalkinbox.internal.telemetry;

import org.jspecify.annotations.NullMarked;
