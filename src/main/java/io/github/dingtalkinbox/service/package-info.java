/** The executable: the program around the library. */
@NullMarked
package io.github.dingtalkinbox.service;

import org.jspecify.annotations.NullMarked;
