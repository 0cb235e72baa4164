/** The start of the service: checks its properties, and logs its URLs. Not for a host application. */
@NullMarked
package io.github.dingtalkinbox.service.start;

import org.jspecify.annotations.NullMarked;
