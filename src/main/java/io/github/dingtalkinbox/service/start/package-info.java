/** Logs at every start where the service is. For the service only, not for a host application. */
@NullMarked
package io.github.dingtalkinbox.service.start;

import org.jspecify.annotations.NullMarked;
