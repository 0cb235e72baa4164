/** Tamper evidence: seals the event log hour by hour, with a key that is not in the database, and checks the seals. */
@NullMarked
package io.github.dingtalkinbox.internal.seal;

import org.jspecify.annotations.NullMarked;
