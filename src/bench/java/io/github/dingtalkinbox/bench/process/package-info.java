/**
 * The inbox and its peers in one process: the same deliveries, the same business update, the same server. Each peer has a
 * HikariCP pool of 16 connections, and needs one of them for as long as a transaction takes.
 */
@NullMarked
package io.github.dingtalkinbox.bench.process;

import org.jspecify.annotations.NullMarked;
