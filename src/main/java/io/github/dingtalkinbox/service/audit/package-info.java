/** What was answered, and whether the database has it: the proof that does not rest on the service's own word. */
@NullMarked
package io.github.dingtalkinbox.service.audit;

import org.jspecify.annotations.NullMarked;
