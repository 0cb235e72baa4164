/** An application whose database is no PostgreSQL, and that has one for the inbox besides. */
@NullMarked
package com.example.besidemysql;

import org.jspecify.annotations.NullMarked;
