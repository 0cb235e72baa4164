/** Before the service says that it is ready, it goes its own way until it is warm. Only the service does, no host. */
@NullMarked
package io.github.dingtalkinbox.service.warmup;

import org.jspecify.annotations.NullMarked;
