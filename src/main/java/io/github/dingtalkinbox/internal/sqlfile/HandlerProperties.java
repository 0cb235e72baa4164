package io.github.dingtalkinbox.internal.sqlfile;

import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;

/**
 * The properties {@code inbox.handlers.*}.
 *
 * @param location Folder of the SQL files, which are named after event types: a path, or a resource location such as
 *     classpath:handlers/. Not set: ./handlers/, if there is such a folder.
 */
@ConfigurationProperties("inbox.handlers")
record HandlerProperties(@Nullable String location) {}
