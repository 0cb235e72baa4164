package io.github.dingtalkinbox.internal.seal;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.github.dingtalkinbox.internal.file.PrivateFiles;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** A file, which gets a line for each head. It is opened each time, so that it may be moved away. */
final class HeadFile implements HeadPlace {
    private final Path file;

    HeadFile(Path file) {
        this.file = file.toAbsolutePath();
    }

    @Override
    public void put(SealedHead head) throws IOException {
        Path folder = file.resolveSibling("");
        if (!Files.isDirectory(folder)) {
            Files.createDirectories(folder);
        }
        boolean isNew = !Files.exists(file);
        try (FileChannel channel = PrivateFiles.open(file, StandardOpenOption.CREATE, StandardOpenOption.APPEND)) {
            ByteBuffer line = UTF_8.encode(head.toString());
            while (line.hasRemaining()) {
                channel.write(line);
            }
            channel.force(true);
        }
        if (isNew) {
            PrivateFiles.sync(folder);
        }
    }

    @Override
    public String toString() {
        return file.toString();
    }
}
