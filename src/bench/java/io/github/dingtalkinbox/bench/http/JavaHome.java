package io.github.dingtalkinbox.bench.http;

import java.io.File;
import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import java.util.regex.Pattern;

/** An installed Java. */
record JavaHome(Path path, String version) {
    /** The one that this runs on. */
    static JavaHome own() {
        return new JavaHome(
                Path.of(System.getProperty("java.home")), Runtime.version().toString());
    }

    /** Those in a list as {@code PATH} is one; none: the own one. */
    static List<JavaHome> list(String paths) throws IOException {
        if (paths.isEmpty()) {
            return List.of(own());
        }
        List<JavaHome> homes = new ArrayList<>();
        for (String path : paths.split(Pattern.quote(File.pathSeparator), -1)) {
            homes.add(of(Path.of(path)));
        }
        return homes;
    }

    private static JavaHome of(Path path) throws IOException {
        Properties release = new Properties();
        try (Reader reader = Files.newBufferedReader(path.resolve("release"))) {
            release.load(reader);
        }
        return new JavaHome(path, release.getProperty("JAVA_VERSION").replace("\"", ""));
    }

    String program() {
        return path.resolve("bin").resolve("java").toString();
    }

    @Override
    public String toString() {
        return "Java " + version;
    }
}
