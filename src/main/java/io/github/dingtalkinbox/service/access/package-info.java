/** Who may see and do what in the service's web pages: logins, roles, and the filter that asks for them. */
@NullMarked
package io.github.dingtalkinbox.service.access;

import org.jspecify.annotations.NullMarked;
