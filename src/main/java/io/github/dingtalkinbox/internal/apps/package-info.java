/** The configured DingTalk apps, for all entrances. */
@NullMarked
package io.github.dingtalkinbox.internal.apps;

import org.jspecify.annotations.NullMarked;
