/** An application that Spring Security guards. */
@NullMarked
package com.example.secured;

import org.jspecify.annotations.NullMarked;
