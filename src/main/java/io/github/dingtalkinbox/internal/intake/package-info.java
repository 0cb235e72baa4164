/** Takes deliveries: lets those that arrive together share a transaction, and answers each by its deadline. */
@NullMarked
package io.github.dingtalkinbox.internal.intake;

import org.jspecify.annotations.NullMarked;
