/** The built-in business update: the state of every approval and of its tasks, right in any order of arrival. */
@NullMarked
package io.github.dingtalkinbox.internal.approval;

import org.jspecify.annotations.NullMarked;
