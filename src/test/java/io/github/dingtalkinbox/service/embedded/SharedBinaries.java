package io.github.dingtalkinbox.service.embedded;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Unpacks PostgreSQL once for the tests of a class, not once for each data directory. */
record SharedBinaries(Path base) {
    /** The path of a new data directory. */
    Path dataDirectory(String name) throws IOException {
        Path shared = Files.createDirectories(base.resolve("binaries"));
        Path directory = Files.createDirectories(base.resolve(name));
        Files.createSymbolicLink(directory.resolve("postgres-binaries"), shared);
        return directory;
    }
}
