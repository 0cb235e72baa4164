/** The configured apps of DingTalk, as all entrances read them. */
@NullMarked
package io.github.dingtalkinbox.internal.apps;

import org.jspecify.annotations.NullMarked;
