/** Files that have what the cleanup removes from the database, and the way back. */
@NullMarked
package io.github.dingtalkinbox.internal.retention.archive;

import org.jspecify.annotations.NullMarked;
