package io.github.dingtalkinbox.internal.seal;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;

/** A file, which gets a line for each head. It is opened each time, so that it may be moved away. */
final class HeadFile implements HeadPlace {
    private final Path file;
    private final boolean isPosix;

    HeadFile(Path file) {
        this.file = file.toAbsolutePath();
        this.isPosix = file.getFileSystem().supportedFileAttributeViews().contains("posix");
    }

    @Override
    public void put(SealedHead head) throws IOException {
        Path folder = file.resolveSibling("");
        if (!Files.isDirectory(folder)) {
            Files.createDirectories(folder);
        }
        boolean isNew = !Files.exists(file);
        try (FileChannel channel = FileChannel.open(
                file, Set.of(StandardOpenOption.CREATE, StandardOpenOption.APPEND), readableByTheOwner())) {
            ByteBuffer line = UTF_8.encode(head.toString());
            while (line.hasRemaining()) {
                channel.write(line);
            }
            channel.force(true);
        }
        if (isNew && isPosix) {
            sync(folder);
        }
    }

    private FileAttribute<?>[] readableByTheOwner() {
        return isPosix
                ? new FileAttribute<?>[] {
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"))
                }
                : new FileAttribute<?>[0];
    }

    /** Makes the name of the file durable. */
    private static void sync(Path folder) throws IOException {
        try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }

    @Override
    public String toString() {
        return file.toString();
    }
}
