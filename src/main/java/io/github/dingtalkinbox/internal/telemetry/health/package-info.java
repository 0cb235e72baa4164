/** Health: whether the database answers, and whether dead letters wait for an operator. Needs Spring Boot's actuator. */
@NullMarked
package io.github.dingtalkinbox.internal.telemetry.health;

import org.jspecify.annotations.NullMarked;
