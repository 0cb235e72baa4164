/** Before the service is ready, it calls itself until it is warm. For the service only, not for a host application. */
@NullMarked
package io.github.dingtalkinbox.service.warmup;

import org.jspecify.annotations.NullMarked;
