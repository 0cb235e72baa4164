package io.github.dingtalkinbox.service.embedded;

import io.github.dingtalkinbox.internal.json.Sha256;
import io.github.dingtalkinbox.internal.start.ConfigurationProblem;
import io.zonky.test.db.postgres.embedded.DefaultPostgresBinaryResolver;
import java.io.BufferedInputStream;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.stream.Stream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.springframework.util.FileSystemUtils;
import org.tukaani.xz.XZInputStream;

/**
 * PostgreSQL's programs for this machine, unpacked in the data directory. Not in the temporary directory, where other
 * users could place files first, and where the system deletes files under a running server.
 */
final class Binaries {
    private static final String DIRECTORY = "postgres-binaries";
    private static final int NAME_LENGTH = 16;

    private final Path parent;
    private final Path home;

    private Binaries(Path parent, Path home) {
        this.parent = parent;
        this.home = home;
    }

    /** Unpacks the programs, unless that was done before. */
    static Binaries unpack(DataDirectory directory) throws IOException {
        byte[] archive = archive();
        Path parent = Files.createDirectories(directory.resolve(DIRECTORY));
        Path home = parent.resolve(HexFormat.of().formatHex(Sha256.of(archive)).substring(0, NAME_LENGTH));
        if (!Files.exists(home)) {
            // Renamed when complete, so that a start that is killed meanwhile leaves nothing that looks complete.
            Path incomplete = Files.createTempDirectory(parent, "incomplete");
            extract(archive, incomplete);
            Files.move(incomplete, home);
        }
        return new Binaries(parent, home);
    }

    Path program(String name) {
        return home.resolve("bin").resolve(name);
    }

    /** Deletes those of other versions. Only while no server runs. */
    void deleteOthers() throws IOException {
        for (Path other : unpacked()) {
            if (!other.equals(home)) {
                FileSystemUtils.deleteRecursively(other);
            }
        }
    }

    private List<Path> unpacked() throws IOException {
        try (Stream<Path> list = Files.list(parent)) {
            return list.toList();
        }
    }

    private static byte[] archive() throws IOException {
        try (InputStream in = DefaultPostgresBinaryResolver.INSTANCE.getPgBinary(system(), machine())) {
            return in.readAllBytes();
        } catch (IllegalStateException e) {
            throw new ConfigurationProblem(
                    "There is no embedded PostgreSQL for " + system() + " on " + machine() + " in this jar.",
                    "Name a PostgreSQL database in spring.datasource.url, or take a jar that was built on such a machine,"
                            + " or with -Dembedded.platforms=all: for Linux and macOS on x86_64 and aarch64, and for Windows"
                            + " on x86_64.",
                    e);
        }
    }

    private static String system() {
        String name = System.getProperty("os.name").toLowerCase(Locale.ROOT);
        if (name.startsWith("mac")) {
            return "Darwin";
        }
        return name.startsWith("windows") ? "Windows" : "Linux";
    }

    private static String machine() {
        String name = System.getProperty("os.arch");
        return "amd64".equals(name) ? "x86_64" : name;
    }

    private static void extract(byte[] archive, Path target) throws IOException {
        try (var in = new TarArchiveInputStream(
                new BufferedInputStream(new XZInputStream(new ByteArrayInputStream(archive))))) {
            for (TarArchiveEntry entry = in.getNextEntry(); entry != null; entry = in.getNextEntry()) {
                extract(entry, in, target.resolve(entry.getName()));
            }
        }
    }

    private static void extract(TarArchiveEntry entry, InputStream in, Path file) throws IOException {
        if (entry.isDirectory()) {
            Files.createDirectories(file);
            return;
        }
        Files.createDirectories(Objects.requireNonNull(file.getParent()));
        if (entry.isSymbolicLink()) {
            Files.createSymbolicLink(file, Path.of(entry.getLinkName()));
        } else {
            Files.copy(in, file);
            if (entry.getName().contains("bin/") && !file.toFile().setExecutable(true)) {
                throw new IOException("Could not make " + file + " executable");
            }
        }
    }
}
