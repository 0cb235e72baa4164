/** The service without a database of its own: an embedded PostgreSQL and made-up credentials. Not part of the library. */
@NullMarked
package io.github.dingtalkinbox.service.embedded;

import org.jspecify.annotations.NullMarked;
