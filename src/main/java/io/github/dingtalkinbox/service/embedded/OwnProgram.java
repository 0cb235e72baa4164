package io.github.dingtalkinbox.service.embedded;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.system.ApplicationHome;

/**
 * How to call this program again.
 *
 * @param java the JVM's executable: a plain name if the search path leads there
 * @param jar the executable jar
 */
record OwnProgram(String java, Path jar) {
    /** Where {@code mvn package} puts it, for a service that runs from its classes. */
    private static final Path MADE = Path.of("target", "dingtalk-inbox-exec.jar");

    static OwnProgram find() {
        Path java = Path.of(System.getProperty("java.home"), "bin", "java");
        return new OwnProgram(isOn(System.getenv("PATH"), java) ? "java" : java.toString(), ownJar());
    }

    ShellCommand command(String... words) {
        return ShellCommand.of(java).and("-jar", jar.toString()).and(words);
    }

    /**
     * Whether the shell would find this executable first: another Java of the same name may not be able to run the
     * command.
     */
    static boolean isOn(@Nullable String searchPath, Path executable) {
        String name = executable.getFileName().toString();
        return Stream.of(String.valueOf(searchPath).split(Pattern.quote(File.pathSeparator), -1))
                .filter(folder -> !folder.isEmpty())
                .map(folder -> Path.of(folder, name))
                .filter(Files::isExecutable)
                .findFirst()
                .filter(found -> isSame(found, executable))
                .isPresent();
    }

    private static boolean isSame(Path one, Path other) {
        try {
            return Files.isSameFile(one, other);
        } catch (IOException e) {
            return false;
        }
    }

    private static Path ownJar() {
        File source = new ApplicationHome(OwnProgram.class).getSource();
        return (source != null && source.isFile() ? source.toPath() : MADE).toAbsolutePath();
    }
}
