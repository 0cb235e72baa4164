/** The database itself: what it must be able to promise before the first event, and the migrations. */
@NullMarked
package io.github.dingtalkinbox.internal.schema;

import org.jspecify.annotations.NullMarked;
