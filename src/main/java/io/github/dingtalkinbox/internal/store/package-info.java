/** The tables that an event passes on its way: processed events, duplicates, windows, the queue and its leases. */
@NullMarked
package io.github.dingtalkinbox.internal.store;

import org.jspecify.annotations.NullMarked;
