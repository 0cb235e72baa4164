/** Checks what was answered against the database: a proof that does not depend on the service itself. */
@NullMarked
package io.github.dingtalkinbox.service.audit;

import org.jspecify.annotations.NullMarked;
