/** Runs one transaction, within a time limit, and proves that it committed. */
@NullMarked
package io.github.dingtalkinbox.internal.transaction;

import org.jspecify.annotations.NullMarked;
