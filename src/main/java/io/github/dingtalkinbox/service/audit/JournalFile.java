package io.github.dingtalkinbox.service.audit;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.github.dingtalkinbox.internal.file.PrivateFiles;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * A file to which each delivery is appended as soon as it is answered, one line each: tab-separated, with a header, as
 * PostgreSQL's {@code copy} reads it. When {@link #append} returns, the operating system has the line, which is not
 * lost if this process is killed.
 *
 * <p>Safe for use by many threads.
 */
public final class JournalFile implements AutoCloseable {
    private final Path file;
    private final FileChannel channel;

    private JournalFile(Path file, FileChannel channel) {
        this.file = file;
        this.channel = channel;
    }

    /** Opens the file, or creates it. Its content is kept. */
    public static JournalFile open(Path file) throws IOException {
        // Not in append mode, in which a channel cannot be read.
        FileChannel channel =
                PrivateFiles.open(file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
        try {
            var journal = new JournalFile(file, channel);
            journal.begin();
            return journal;
        } catch (IOException | RuntimeException e) {
            channel.close();
            throw e;
        }
    }

    /**
     * Appends one line.
     *
     * @throws UncheckedIOException if the line cannot be written; the file is then incomplete
     */
    public void append(JournalEntry entry) {
        try {
            write(entry.line() + "\n");
        } catch (IOException e) {
            throw new UncheckedIOException("The journal " + file + " cannot be written: " + e.getMessage(), e);
        }
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }

    private void begin() throws IOException {
        channel.position(channel.size());
        if (channel.size() == 0) {
            write(JournalEntry.HEADER + "\n");
        } else if (!endsWithALine()) {
            write("\n"); // an earlier run was killed while it wrote: its last line must not swallow our first
        }
    }

    private boolean endsWithALine() throws IOException {
        ByteBuffer last = ByteBuffer.allocate(1);
        channel.read(last, channel.size() - 1);
        return last.get(0) == '\n';
    }

    private synchronized void write(String text) throws IOException {
        ByteBuffer bytes = ByteBuffer.wrap(text.getBytes(UTF_8));
        while (bytes.hasRemaining()) {
            channel.write(bytes);
        }
    }
}
