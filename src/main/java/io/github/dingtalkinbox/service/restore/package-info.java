/** Loads what the cleanup archived into tables beside the log. */
@NullMarked
package io.github.dingtalkinbox.service.restore;

import org.jspecify.annotations.NullMarked;
