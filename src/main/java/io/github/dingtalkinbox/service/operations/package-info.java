/** What an operator does with queued and processed events: list, replay, discard. */
@NullMarked
package io.github.dingtalkinbox.service.operations;

import org.jspecify.annotations.NullMarked;
