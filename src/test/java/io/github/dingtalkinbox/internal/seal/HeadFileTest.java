package io.github.dingtalkinbox.internal.seal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HeadFileTest {
    private static final SealedHead FIRST =
            new SealedHead(Instant.parse("2025-03-04T01:00:00Z"), "2:" + "ab".repeat(32));
    private static final SealedHead SECOND =
            new SealedHead(Instant.parse("2025-03-04T02:00:00Z"), "3:" + "cd".repeat(32));

    @TempDir
    private Path directory;

    @Test
    void eachHeadIsALineOfAFileThatOnlyItsOwnerReads() throws IOException {
        Path path = directory.resolve("kept/heads");
        HeadFile file = new HeadFile(path);
        file.put(FIRST);
        file.put(SECOND);

        assertThat(Files.readAllLines(path))
                .containsExactly(
                        "2025-03-04T01:00:00Z 2:" + "ab".repeat(32), "2025-03-04T02:00:00Z 3:" + "cd".repeat(32));
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(path)))
                .isEqualTo("rw-------");
    }

    @Test
    void aFileThatWasMovedAwayIsMadeAnew() throws IOException {
        Path path = directory.resolve("heads");
        HeadFile file = new HeadFile(path);
        file.put(FIRST);
        Files.move(path, directory.resolve("heads.1"));
        file.put(SECOND);

        assertThat(Files.readAllLines(path)).singleElement().asString().contains("3:cd");
    }

    @Test
    void aFolderThatIsALinkIsUsed() throws IOException {
        Path real = Files.createDirectory(directory.resolve("real"));
        Path link = Files.createSymbolicLink(directory.resolve("link"), real);
        new HeadFile(link.resolve("heads")).put(FIRST);

        assertThat(real.resolve("heads")).isNotEmptyFile();
    }

    @Test
    void whatIsNoFileIsRefused() {
        assertThatThrownBy(() -> new HeadFile(directory).put(FIRST)).isInstanceOf(IOException.class);
    }
}
