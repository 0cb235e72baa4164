package io.github.dingtalkinbox.testing;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Where browsers may be on a machine.
 *
 * @param system the name of the operating system
 * @param release what Linux says of its distribution, as in {@code /etc/os-release}
 */
record BrowserPlaces(
        Optional<Path> named, Map<String, String> environment, String system, String release, boolean isRoot) {
    /** Of programs. */
    static final List<String> NAMES = List.of("chromium", "google-chrome", "google-chrome-stable", "microsoft-edge");

    private static final Pattern DEBIAN = Pattern.compile("(?m)^ID(_LIKE)?=.*\\bdebian\\b");
    private static final Path RELEASE = Path.of("/etc/os-release");

    static BrowserPlaces ofThisMachine() {
        String named = System.getProperty("chromium", "");
        return new BrowserPlaces(
                named.isBlank() ? Optional.empty() : Optional.of(Path.of(named)),
                System.getenv(),
                System.getProperty("os.name"),
                releaseOfLinux(),
                "root".equals(System.getProperty("user.name")));
    }

    private static String releaseOfLinux() {
        try {
            return Files.exists(RELEASE) ? Files.readString(RELEASE) : "";
        } catch (IOException e) {
            return "";
        }
    }

    /** Where a browser is if the PATH leads to it; {@code /bin} is often another name of {@code /usr/bin}. */
    List<Path> onPath() {
        List<Path> directories = Stream.of(
                        environment.getOrDefault("PATH", "").split(Pattern.quote(File.pathSeparator)))
                .filter(directory -> !directory.isBlank())
                .map(BrowserPlaces::real)
                .distinct()
                .toList();
        return NAMES.stream()
                .flatMap(name ->
                        directories.stream().map(directory -> directory.resolve(isWindows() ? name + ".exe" : name)))
                .toList();
    }

    private static Path real(String directory) {
        try {
            return Path.of(directory).toRealPath();
        } catch (IOException e) {
            return Path.of(directory);
        }
    }

    /** Where macOS and Windows have one, which is not on the PATH there. */
    List<Path> usualPlaces() {
        if (system.toLowerCase(Locale.ROOT).startsWith("mac")) {
            return Stream.of("Chromium", "Google Chrome", "Microsoft Edge")
                    .map(name -> Path.of("/Applications", name + ".app", "Contents", "MacOS", name))
                    .toList();
        }
        if (isWindows()) {
            return Stream.of(
                            Path.of("Chromium", "Application", "chrome.exe"),
                            Path.of("Google", "Chrome", "Application", "chrome.exe"),
                            Path.of("Microsoft", "Edge", "Application", "msedge.exe"))
                    .flatMap(place -> Stream.of("ProgramFiles", "ProgramFiles(x86)", "LocalAppData")
                            .map(environment::get)
                            .filter(Objects::nonNull)
                            .map(directory -> Path.of(directory).resolve(place)))
                    .toList();
        }
        return List.of();
    }

    private boolean isWindows() {
        return system.toLowerCase(Locale.ROOT).startsWith("windows");
    }

    boolean isDebianWithRoot() {
        return isRoot && DEBIAN.matcher(release).find();
    }
}
