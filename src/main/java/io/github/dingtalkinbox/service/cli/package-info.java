/** The command line: makes keys, plays DingTalk, checks the promise, and operates the queue. */
@NullMarked
package io.github.dingtalkinbox.service.cli;

import org.jspecify.annotations.NullMarked;
