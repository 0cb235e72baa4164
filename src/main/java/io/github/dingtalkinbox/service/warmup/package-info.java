/** Before the service is ready, it calls itself until it is warm. Not for a host application. */
@NullMarked
package io.github.dingtalkinbox.service.warmup;

import org.jspecify.annotations.NullMarked;
