/** Business updates that a user writes as SQL files: {@code <event_type>.sql} in the handlers folder. */
@NullMarked
package io.github.dingtalkinbox.internal.sqlfile;

import org.jspecify.annotations.NullMarked;
