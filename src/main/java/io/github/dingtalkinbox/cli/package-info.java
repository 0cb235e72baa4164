/** The command line: makes keys, and plays DingTalk. */
@NullMarked
package io.github.dingtalkinbox.cli;

import org.jspecify.annotations.NullMarked;
