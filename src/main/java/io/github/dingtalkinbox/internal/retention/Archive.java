package io.github.dingtalkinbox.internal.retention;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.github.dingtalkinbox.internal.file.PrivateFiles;
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
import java.util.function.Consumer;
import java.util.zip.GZIPOutputStream;
import javax.sql.DataSource;

/**
 * Writes the rows of a day into a compressed file, one line of JSON for each row. A file gets its name only when all of
 * it is on the disk, so that a crash leaves no file or a complete one.
 */
final class Archive {
    private static final String UNFINISHED = ".unfinished";
    private static final int BUFFER = 64 * 1024;

    private final Path folder;
    private final ArchivedRows rows;

    Archive(Path folder, DataSource dataSource) {
        this.folder = folder;
        this.rows = new ArchivedRows(dataSource);
    }

    /**
     * Writes all rows of a day, of these event types.
     *
     * @param run makes the file name unique
     * @param progress called for each row; what it throws ends the writing
     * @throws IOException if the file may not be on the disk; then there is none
     */
    ArchivedFile write(String table, Instant day, Collection<String> types, String run, Runnable progress)
            throws IOException {
        PrivateFiles.createFolder(folder);
        removeUnfinished();
        String name = table + "-" + day.atZone(ZoneOffset.UTC).toLocalDate() + "-" + run + ".jsonl.gz";
        Path unfinished = folder.resolve(name + UNFINISHED);
        try {
            SortedMap<String, Long> counts = new TreeMap<>();
            byte[] sha256 = write(
                    unfinished,
                    file -> rows.read(table, day, types, (type, line) -> {
                        progress.run();
                        append(file, line);
                        counts.merge(type, 1L, Long::sum);
                    }));
            Files.move(unfinished, folder.resolve(name), StandardCopyOption.ATOMIC_MOVE);
            PrivateFiles.sync(folder);
            return new ArchivedFile(name, counts, sha256);
        } catch (UncheckedIOException e) {
            throw e.getCause();
        } finally {
            Files.deleteIfExists(unfinished);
        }
    }

    /** Deletes a file whose rows stay in the table. */
    static void discard(Path folder, ArchivedFile file) throws IOException {
        Files.deleteIfExists(folder.resolve(file.name()));
    }

    private static byte[] write(Path path, Consumer<Writer> content) throws IOException {
        MessageDigest sha256 = Sha256.digest();
        try (FileChannel channel = PrivateFiles.open(path, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            OutputStream bytes =
                    new DigestOutputStream(new BufferedOutputStream(Channels.newOutputStream(channel), BUFFER), sha256);
            GZIPOutputStream compressed = new GZIPOutputStream(bytes, BUFFER);
            Writer text = new BufferedWriter(new OutputStreamWriter(compressed, UTF_8), BUFFER);
            content.accept(text);
            text.flush();
            compressed.finish();
            bytes.flush();
            channel.force(true);
        }
        return sha256.digest();
    }

    private static void append(Writer file, String line) {
        try {
            file.write(line);
            file.write('\n');
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Deletes what a crash has left. Only one cleanup runs at a time, so no other one is writing it. */
    private void removeUnfinished() throws IOException {
        try (DirectoryStream<Path> left = Files.newDirectoryStream(folder, "*.jsonl.gz" + UNFINISHED)) {
            for (Path file : left) {
                Files.delete(file);
            }
        }
    }

    /**
     * A complete file.
     *
     * @param name in its folder
     * @param rows how many it has of each event type
     * @param sha256 of its bytes
     */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    record ArchivedFile(String name, Map<String, Long> rows, byte[] sha256) {}
}
