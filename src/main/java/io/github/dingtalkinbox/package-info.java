@NullMarked
package io.github.dingtalkinbox;

import org.jspecify.annotations.NullMarked;
