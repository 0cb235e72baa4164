/** Processes events, for deliveries and for the queue alike: their record, their handlers, and who is told. */
@NullMarked
package io.github.dingtalkinbox.internal.processing;

import org.jspecify.annotations.NullMarked;
