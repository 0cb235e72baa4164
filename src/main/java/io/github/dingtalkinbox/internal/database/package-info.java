/** Finds the inbox's database among those of the application: data source, transaction manager and connections. */
@NullMarked
package io.github.dingtalkinbox.internal.database;

import org.jspecify.annotations.NullMarked;
