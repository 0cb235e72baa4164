/** The console: web pages under {@code /admin} for those who run the service. */
@NullMarked
package io.github.dingtalkinbox.service.console;

import org.jspecify.annotations.NullMarked;
