/** An application with MyBatis-Plus and Druid. */
@NullMarked
package com.example.mapped;

import org.jspecify.annotations.NullMarked;
