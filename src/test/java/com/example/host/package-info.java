/** An application as a user of the library writes it: it knows the library's public types only. */
@NullMarked
package com.example.host;

import org.jspecify.annotations.NullMarked;
