package io.github.dingtalkinbox.internal.retention.archive;

import java.util.Map;

/**
 * A file of an archive that is whole.
 *
 * @param name in its folder
 * @param rows how many it has of each event type
 * @param sha256 of its bytes
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
public record ArchivedFile(String name, Map<String, Long> rows, byte[] sha256) {}
