package io.github.dingtalkinbox.internal.sqlfile;

import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;

/**
 * Settings of the SQL files.
 *
 * @param location the folder with the {@code <event_type>.sql} files: a path, or a Spring resource location such as
 *     {@code classpath:handlers/}. Not set: {@code file:./handlers/}, if there is such a folder
 */
@ConfigurationProperties("inbox.handlers")
record HandlerProperties(@Nullable String location) {}
