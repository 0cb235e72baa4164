package io.github.dingtalkinbox.service.embedded;

import io.github.dingtalkinbox.internal.file.PrivateFiles;
import io.github.dingtalkinbox.internal.start.ConfigurationProblem;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;

/**
 * The directory for everything that the service makes up itself. It is locked for this process; the operating system
 * releases the lock when the process ends, in whatever way. So a server that still runs while the lock is free was left
 * behind.
 */
final class DataDirectory implements AutoCloseable {
    private static final String LOCK = "lock";
    /** Beyond the content, because Windows does not let others read what is locked. */
    private static final long LOCKED_BYTE = Long.MAX_VALUE - 1;

    private static final int LONGEST_PID = 20;

    private final Path path;
    private final FileChannel channel;

    private DataDirectory(Path path, FileChannel channel) {
        this.path = path;
        this.channel = channel;
    }

    /**
     * Creates the directory if it is missing, and locks it for this process.
     *
     * @throws ConfigurationProblem if another service has locked it, or this process may not write to it
     */
    static DataDirectory open(Path configured) {
        Path path = configured.toAbsolutePath().normalize();
        try {
            PrivateFiles.createFolder(path);
            FileChannel channel = PrivateFiles.open(
                    path.resolve(LOCK), StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
            if (tryLock(channel) == null) {
                String holder = holder(channel);
                channel.close();
                throw inUse(path, holder);
            }
            String pid = String.valueOf(ProcessHandle.current().pid());
            channel.truncate(0).write(ByteBuffer.wrap(pid.getBytes(StandardCharsets.US_ASCII)), 0);
            return new DataDirectory(path, channel);
        } catch (IOException e) {
            throw new ConfigurationProblem(
                    "The directory " + path + " for the embedded database cannot be written to: " + e,
                    "Give the user " + System.getProperty("user.name") + " write access to it and all that is in it,"
                            + " or name another directory in inbox.data-dir,"
                            + " or name a database in spring.datasource.url.",
                    e);
        }
    }

    Path path() {
        return path;
    }

    Path resolve(String name) {
        return path.resolve(name);
    }

    /** Writes a file that only this user may read, completely or not at all. */
    void writeSecret(String name, String text) throws IOException {
        Path temporary = Files.createTempFile(path, name, ".new");
        try {
            try (FileChannel out = FileChannel.open(temporary, StandardOpenOption.WRITE)) {
                out.write(ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8)));
                out.force(true);
            }
            Files.move(temporary, resolve(name), StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } finally {
            Files.deleteIfExists(temporary);
        }
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }

    private static @Nullable FileLock tryLock(FileChannel channel) throws IOException {
        try {
            return channel.tryLock(LOCKED_BYTE, 1, false);
        } catch (OverlappingFileLockException e) {
            return null;
        }
    }

    private static String holder(FileChannel channel) throws IOException {
        ByteBuffer pid = ByteBuffer.allocate(LONGEST_PID);
        channel.read(pid, 0);
        return StandardCharsets.US_ASCII.decode(pid.flip()).toString();
    }

    private static ConfigurationProblem inUse(Path path, String holder) {
        return new ConfigurationProblem(
                "Another service (process " + holder + ") is running on the embedded database in " + path
                        + ". One directory serves one service.",
                "Stop the other service, or name another directory in inbox.data-dir. To run several services on one"
                        + " database, name a PostgreSQL in spring.datasource.url.");
    }
}
