/** The inbox and its peers in one process: the same deliveries, the same business update, the same database. */
@NullMarked
package io.github.dingtalkinbox.bench.process;

import org.jspecify.annotations.NullMarked;
