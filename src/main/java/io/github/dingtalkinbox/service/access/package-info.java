/** Access to the web pages of the service: logins, roles, and the filter that requires them. */
@NullMarked
package io.github.dingtalkinbox.service.access;

import org.jspecify.annotations.NullMarked;
