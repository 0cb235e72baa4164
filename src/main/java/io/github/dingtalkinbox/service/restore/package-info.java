/** The way back of what the cleanup has archived: files are loaded into tables beside the log. */
@NullMarked
package io.github.dingtalkinbox.service.restore;

import org.jspecify.annotations.NullMarked;
