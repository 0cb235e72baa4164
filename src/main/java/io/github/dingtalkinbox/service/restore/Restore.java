package io.github.dingtalkinbox.service.restore;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.github.dingtalkinbox.internal.json.Sha256;
import io.github.dingtalkinbox.internal.seal.SealKeys;
import io.github.dingtalkinbox.internal.seal.SealedLog;
import io.github.dingtalkinbox.internal.text.Message;
import io.github.dingtalkinbox.service.restore.KnownArchives.Known;
import java.io.BufferedInputStream;
import java.io.BufferedReader;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/** Loads archives into tables beside the log: {@code restored_events}, {@code restored_duplicates}. */
public final class Restore {
    private static final int BATCH = 500;

    private final KnownArchives known;
    private final RestoredRows rows;
    private final TransactionTemplate transaction;
    private final @Nullable SealedLog sealed;

    /** @param keys of the seals, with which the rows are compared; null: they are not compared */
    public Restore(DataSource dataSource, @Nullable SealKeys keys) {
        this.sealed = keys == null ? null : new SealedLog(JdbcClient.create(dataSource), keys);
        this.known = new KnownArchives(dataSource);
        this.rows = new RestoredRows(dataSource);
        this.transaction = new TransactionTemplate(new JdbcTransactionManager(dataSource));
    }

    /**
     * Loads a file completely, or not at all if anything is wrong with it. Rows that are already there stay unchanged.
     *
     * @throws InvalidArchive if the file is not what was archived
     * @throws IOException if it cannot be read
     */
    public RestoredFile load(Path file) throws IOException {
        Seen seen = look(file);
        Optional<Known> written = known.find(String.valueOf(file.getFileName()));
        if (written.isPresent()) {
            requireEqual(file, seen, written.get());
        }
        RestoredTable table = seen.table();
        if (table == null) {
            return new RestoredFile("", 0, 0, written.isPresent());
        }
        try {
            int added = transaction.execute(status -> insert(file, table));
            return new RestoredFile(table.table(), seen.rows(), added, written.isPresent());
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }

    /**
     * Compares the rows of a file's day, all that were restored and those that are still there, with what was sealed.
     *
     * @return what differs; nothing if the log is not sealed, or there is no key, or the file is not known here
     */
    public List<Message> differences(Path file) {
        SealedLog log = sealed;
        Known written = known.find(String.valueOf(file.getFileName())).orElse(null);
        if (log == null || written == null || log.sealedUntil().isEmpty()) {
            return List.of();
        }
        String table = RestoredTable.ofTable(written.table()).table();
        return transaction.execute(
                status -> log.compareRestored(written.table(), written.day(), written.types(), table));
    }

    private static void requireEqual(Path file, Seen seen, Known written) {
        if (!written.sha256().equals(seen.sha256())) {
            throw new InvalidArchive(file + " is not the file that was archived: its SHA-256 is " + seen.sha256()
                    + ", but cleanup_runs has " + written.sha256());
        }
        if (written.rows() != seen.rows()) {
            throw new InvalidArchive(file + " has " + seen.rows() + " rows, but cleanup_runs has " + written.rows());
        }
    }

    /** Reads the file to its end, so that gzip has checked all of it. */
    private static Seen look(Path file) throws IOException {
        MessageDigest sha256 = Sha256.digest();
        RestoredTable table = null;
        long count = 0;
        try (InputStream bytes = new DigestInputStream(new BufferedInputStream(Files.newInputStream(file)), sha256)) {
            BufferedReader lines = new BufferedReader(new InputStreamReader(new GZIPInputStream(bytes), UTF_8));
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                RestoredTable of = RestoredTable.ofLine(line)
                        .orElseThrow(() -> new InvalidArchive(file + " is not an archive of this program"));
                if (table != null && table != of) {
                    throw new InvalidArchive(file + " has rows of several tables");
                }
                table = of;
                count++;
            }
            bytes.transferTo(OutputStream.nullOutputStream());
        } catch (ZipException | EOFException e) {
            throw new InvalidArchive(file + " is damaged: " + e.getMessage());
        }
        return new Seen(table, count, HexFormat.of().formatHex(sha256.digest()));
    }

    private int insert(Path file, RestoredTable table) {
        rows.create(table);
        int added = 0;
        try (BufferedReader lines = new BufferedReader(new InputStreamReader(
                new GZIPInputStream(new BufferedInputStream(Files.newInputStream(file))), UTF_8))) {
            List<String> batch = new ArrayList<>(BATCH);
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                batch.add(line);
                if (batch.size() == BATCH) {
                    added += rows.insert(table, batch);
                    batch.clear();
                }
            }
            return added + (batch.isEmpty() ? 0 : rows.insert(table, batch));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The file is damaged, or not the one that was archived. Nothing of it was loaded. */
    public static final class InvalidArchive extends RuntimeException {
        InvalidArchive(String message) {
            super(message);
        }
    }

    /**
     * What was loaded of a file.
     *
     * @param table where its rows are now; empty: it has none
     * @param added rows that were not there before
     * @param isKnown whether its checksum and row count were compared with {@code cleanup_runs}
     */
    public record RestoredFile(String table, long rows, long added, boolean isKnown) {}

    private record Seen(@Nullable RestoredTable table, long rows, String sha256) {}
}
