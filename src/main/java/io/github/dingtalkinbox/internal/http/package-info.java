/** Calls of DingTalk's API. */
@NullMarked
package io.github.dingtalkinbox.internal.http;

import org.jspecify.annotations.NullMarked;
