package io.github.dingtalkinbox.service.embedded;

import io.github.dingtalkinbox.internal.start.ConfigurationProblem;
import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Properties;
import java.util.function.Supplier;

/**
 * A file of properties that were made up because none are configured.
 *
 * @param what its content, for error messages: {@code credentials}
 * @param instead the alternative to the file: {@code configure an app under inbox.apps}
 */
record MadeUpFile(Path path, String what, String instead) {
    /**
     * Reads the file.
     *
     * @throws ConfigurationProblem if that is not possible
     */
    Properties read() {
        Properties read = new Properties();
        try (Reader reader = Files.newBufferedReader(path)) {
            read.load(reader);
            return read;
        } catch (IOException e) {
            throw inaccessible(e);
        }
    }

    /**
     * Reads the file, which is written first if it is missing.
     *
     * @throws ConfigurationProblem if that is not possible
     */
    Properties readOrMake(DataDirectory directory, Supplier<String> text) {
        try {
            if (!Files.exists(path)) {
                directory.writeSecret(path.getFileName().toString(), text.get());
            }
        } catch (IOException e) {
            throw inaccessible(e);
        }
        return read();
    }

    private ConfigurationProblem inaccessible(IOException e) {
        return new ConfigurationProblem(
                "The made-up " + what + " in " + path + " cannot be read or written: " + e,
                "Give the user " + System.getProperty("user.name") + " access to that file, or " + instead + ".",
                e);
    }
}
