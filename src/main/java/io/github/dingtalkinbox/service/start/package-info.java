/** Where the service is, which every start says. Only the service does, no host. */
@NullMarked
package io.github.dingtalkinbox.service.start;

import org.jspecify.annotations.NullMarked;
