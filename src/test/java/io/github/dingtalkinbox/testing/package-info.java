/** What the tests of several features share: a database of their own. */
@NullMarked
package io.github.dingtalkinbox.testing;

import org.jspecify.annotations.NullMarked;
