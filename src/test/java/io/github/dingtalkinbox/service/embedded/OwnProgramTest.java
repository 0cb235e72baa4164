package io.github.dingtalkinbox.service.embedded;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OwnProgramTest {
    @TempDir
    private Path temporary;

    @Test
    void aLinkOnTheSearchPathLeadsToIt() throws IOException {
        Path java = executable("jdk");
        Path bin = Files.createDirectory(temporary.resolve("bin"));
        Files.createSymbolicLink(bin.resolve("java"), java);

        assertThat(OwnProgram.isOn(path(temporary.resolve("missing"), bin), java))
                .isTrue();
    }

    @Test
    void anotherJavaBeforeItIsFoundInstead() throws IOException {
        Path java = executable("jdk");
        executable("other");

        assertThat(OwnProgram.isOn(path(temporary.resolve("other"), temporary.resolve("jdk")), java))
                .isFalse();
        assertThat(OwnProgram.isOn(path(temporary.resolve("missing")), java)).isFalse();
        assertThat(OwnProgram.isOn("", java)).isFalse();
        assertThat(OwnProgram.isOn(null, java)).isFalse();
    }

    @Test
    void aJavaThatIsNotTheOneOnTheSearchPathIsNamedInFull() {
        assertThat(new OwnProgram("/opt/jdk 25/bin/java", Path.of("/opt/inbox.jar")).command("audit"))
                .hasToString("'/opt/jdk 25/bin/java' -jar /opt/inbox.jar audit");
    }

    @Test
    void fromItsClassesItIsTheJarThatPackageMakes() {
        assertThat(OwnProgram.find().jar())
                .isEqualTo(Path.of("target/dingtalk-inbox-exec.jar").toAbsolutePath());
    }

    private Path executable(String folder) throws IOException {
        Path java = Files.createDirectory(temporary.resolve(folder)).resolve("java");
        Files.writeString(java, "");
        assertThat(java.toFile().setExecutable(true)).isTrue();
        return java;
    }

    private static String path(Path... folders) {
        return String.join(
                File.pathSeparator, Arrays.stream(folders).map(Path::toString).toList());
    }
}
