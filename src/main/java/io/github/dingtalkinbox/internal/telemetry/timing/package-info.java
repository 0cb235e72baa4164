/** Keeps in the database how long the handlers of processed events take. */
@NullMarked
package io.github.dingtalkinbox.internal.telemetry.timing;

import org.jspecify.annotations.NullMarked;
