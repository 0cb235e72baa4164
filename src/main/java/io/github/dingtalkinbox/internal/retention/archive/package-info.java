/** Files that have what the cleanup removes from the database. */
@NullMarked
package io.github.dingtalkinbox.internal.retention.archive;

import org.jspecify.annotations.NullMarked;
