/** The service as its users run it, measured from outside. */
@NullMarked
package io.github.dingtalkinbox.bench.http;

import org.jspecify.annotations.NullMarked;
