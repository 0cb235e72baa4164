@NullMarked
package io.github.dingtalkinbox.bench;

import org.jspecify.annotations.NullMarked;
