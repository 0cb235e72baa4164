package io.github.dingtalkinbox.testing;

import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Gives the test class a migrated database of its own on a real PostgreSQL, as a parameter of type {@link TestDatabase}
 * of its constructor or methods. The sessions are in America/Los_Angeles, so that a naive timestamp shows; after the
 * class, no transaction may have been left open.
 */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@Inherited
@ExtendWith(PostgresExtension.class)
public @interface Postgres {
    /** Whether the test compares PostgreSQL's own messages, which else are in whatever language the server speaks. */
    boolean messagesInEnglish() default false;
}
