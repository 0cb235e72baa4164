/** The service without a configured database: an embedded PostgreSQL and made-up credentials. Not part of the library. */
@NullMarked
package io.github.dingtalkinbox.service.embedded;

import org.jspecify.annotations.NullMarked;
