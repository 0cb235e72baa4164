package io.github.dingtalkinbox.internal.retention;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.github.dingtalkinbox.internal.json.Sha256;
import java.io.BufferedOutputStream;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Collection;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.zip.GZIPOutputStream;
import javax.sql.DataSource;

/**
 * Writes the rows of a day into a file, a line of JSON for each, compressed. A file has its name only when all of it is on
 * the disk: a crash leaves none, or one that is whole.
 */
final class Archive {
    private static final String UNFINISHED = ".unfinished";
    private static final int BUFFER = 64 * 1024;

    private final Path folder;
    private final ArchivedRows rows;

    /** @param folder is made if there is none */
    Archive(Path folder, DataSource dataSource) {
        this.folder = folder;
        this.rows = new ArchivedRows(dataSource);
    }

    /**
     * Writes all rows of a day, of these event types.
     *
     * @param run makes the name of the file a new one; fit for a file name
     * @param progress is called for each row; what it throws ends the writing
     * @throws IOException if the file is not known to be on the disk; then there is none
     */
    ArchivedFile write(String table, Instant day, Collection<String> types, String run, Runnable progress)
            throws IOException {
        Files.createDirectories(folder);
        removeUnfinished();
        String name = table + "-" + day.atZone(ZoneOffset.UTC).toLocalDate() + "-" + run + ".jsonl.gz";
        Path unfinished = folder.resolve(name + UNFINISHED);
        try {
            ArchivedFile file = write(
                    unfinished,
                    name,
                    lines -> rows.read(table, day, types, (type, line) -> {
                        progress.run();
                        lines.add(type, line);
                    }));
            Files.move(unfinished, folder.resolve(name), StandardCopyOption.ATOMIC_MOVE);
            sync(folder);
            return file;
        } catch (UncheckedIOException e) {
            throw e.getCause();
        } finally {
            Files.deleteIfExists(unfinished);
        }
    }

    /** Removes a file whose rows are not going to be removed. */
    static void discard(Path folder, ArchivedFile file) throws IOException {
        Files.deleteIfExists(folder.resolve(file.name()));
    }

    private static ArchivedFile write(Path path, String name, RowSource content) throws IOException {
        MessageDigest sha256 = Sha256.digest();
        try (FileChannel channel = FileChannel.open(path, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            OutputStream bytes =
                    new DigestOutputStream(new BufferedOutputStream(Channels.newOutputStream(channel), BUFFER), sha256);
            GZIPOutputStream compressed = new GZIPOutputStream(bytes, BUFFER);
            Writer text = new BufferedWriter(new OutputStreamWriter(compressed, UTF_8), BUFFER);
            Lines lines = new Lines(text);
            content.writeTo(lines);
            text.flush();
            compressed.finish();
            bytes.flush();
            channel.force(true);
            return new ArchivedFile(name, lines.counts, sha256.digest());
        }
    }

    /** What a crash has left. One cleanup runs at a time, so it is not being written. */
    private void removeUnfinished() throws IOException {
        try (DirectoryStream<Path> left = Files.newDirectoryStream(folder, "*.jsonl.gz" + UNFINISHED)) {
            for (Path file : left) {
                Files.delete(file);
            }
        }
    }

    /** The name of a new file is on the disk when the folder is. Where a folder cannot be opened (Windows), it is at once. */
    private static void sync(Path folder) throws IOException {
        if (folder.getFileSystem().supportedFileAttributeViews().contains("posix")) {
            try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
                channel.force(true);
            }
        }
    }

    /**
     * A file of an archive that is whole.
     *
     * @param name in its folder
     * @param rows how many it has of each event type
     * @param sha256 of its bytes
     */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    record ArchivedFile(String name, Map<String, Long> rows, byte[] sha256) {}

    private interface RowSource {
        void writeTo(Lines lines);
    }

    private static final class Lines {
        private final Writer out;
        private final SortedMap<String, Long> counts = new TreeMap<>();

        private Lines(Writer out) {
            this.out = out;
        }

        private void add(String type, String line) {
            try {
                out.write(line);
                out.write('\n');
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            counts.merge(type, 1L, Long::sum);
        }
    }
}
