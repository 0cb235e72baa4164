/** Helpers for classes that talk to the database: arrays, times, SQLSTATEs, small pools. */
@NullMarked
package io.github.dingtalkinbox.internal.sql;

import org.jspecify.annotations.NullMarked;
