/** Checks the seals of the event log: the chain is computed again, and compared with the seals and the events. */
@NullMarked
package io.github.dingtalkinbox.service.verification;

import org.jspecify.annotations.NullMarked;
