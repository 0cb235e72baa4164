package io.github.dingtalkinbox.internal.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PrivateFilesTest {
    @TempDir
    private Path directory;

    @Test
    void onlyThisUserOpensWhatIsCreated() throws IOException {
        Path above = directory.resolve("above");
        Path folder = above.resolve("folder");
        PrivateFiles.createFolder(folder);
        Path file = folder.resolve("file");
        PrivateFiles.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)
                .close();

        assertThat(permissions(folder)).isEqualTo("rwx------");
        assertThat(permissions(above)).isEqualTo("rwx------");
        assertThat(permissions(file)).isEqualTo("rw-------");
        assertThatThrownBy(() -> PrivateFiles.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE))
                .isInstanceOf(FileAlreadyExistsException.class);
    }

    /** Somebody has decided who may read it. */
    @Test
    void whatIsThereStaysAsItIs() throws IOException {
        Path folder = Files.createDirectory(
                directory.resolve("shared"),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwxr-x---")));
        Path file = Files.createFile(
                folder.resolve("file"),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-r-----")));

        PrivateFiles.createFolder(folder);
        PrivateFiles.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE)
                .close();

        assertThat(permissions(folder)).isEqualTo("rwxr-x---");
        assertThat(permissions(file)).isEqualTo("rw-r-----");
    }

    private static String permissions(Path path) throws IOException {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
    }
}
