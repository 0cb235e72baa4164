package io.github.dingtalkinbox.service.audit;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The answer to a {@link Report}.
 *
 * @param rows of each, the values in the order of the columns: null, {@code String}, {@code Number}, {@code Boolean}, {@code
 *     LocalDate}, {@code OffsetDateTime} or a list of strings
 */
public record ReportRows(List<String> columns, List<List<@Nullable Object>> rows) {}
