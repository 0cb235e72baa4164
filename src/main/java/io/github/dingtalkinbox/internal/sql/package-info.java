/** What every class that talks to the database needs: arrays and instants, SQLSTATEs, small pools. */
@NullMarked
package io.github.dingtalkinbox.internal.sql;

import org.jspecify.annotations.NullMarked;
