/** Files that are not for everybody on the machine. */
@NullMarked
package io.github.dingtalkinbox.internal.file;

import org.jspecify.annotations.NullMarked;
