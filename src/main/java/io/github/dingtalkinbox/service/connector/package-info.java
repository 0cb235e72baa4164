/** The connections of the service's web server: what may hold them, how long, and how many. */
@NullMarked
package io.github.dingtalkinbox.service.connector;

import org.jspecify.annotations.NullMarked;
