/** The database of the inbox among those of the application: its data source, transaction manager and connections. */
@NullMarked
package io.github.dingtalkinbox.internal.database;

import org.jspecify.annotations.NullMarked;
