package io.github.dingtalkinbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.dingtalkinbox.testing.CallbackClient;
import io.github.dingtalkinbox.testing.Service;
import java.io.File;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.tools.ToolProvider;

/** An application of somebody else's in a process of its own, compiled and run with what Maven would give it and no more. */
final class HostProcess implements AutoCloseable {
    private static final Path SOURCES = Path.of("src/test/java");
    private static final Path RESOURCES = Path.of("src/test/resources/hosts").toAbsolutePath();
    private static final Pattern PORT = Pattern.compile("(?:Tomcat|Netty) started on port (\\d+)");
    private static final Duration LONGEST = Duration.ofMinutes(2);

    private final Process process;
    private final Path log;
    private final String context;

    private HostProcess(Process process, Path log, String context) {
        this.process = process;
        this.log = log;
        this.context = context;
    }

    /** The application whose sources lie beside this class. */
    static Builder of(Class<?> application) {
        return new Builder(application);
    }

    /** Its URL, once it listens. */
    URI url(String path) {
        await().atMost(LONGEST)
                .failFast("The host has ended, see " + log, () -> !process.isAlive())
                .until(() -> port().find());
        Matcher port = port();
        assertThat(port.find()).isTrue();
        return URI.create("http://localhost:" + port.group(1) + context + path);
    }

    private Matcher port() {
        return PORT.matcher(log());
    }

    CallbackClient client() {
        return new CallbackClient(url("/dingtalk/callback"), Service.CREDENTIALS);
    }

    /** Delivers an event twice at once. Returns what was answered. */
    List<String> twins(String json) throws Exception {
        CallbackClient client = client();
        ExecutorService threads = Executors.newFixedThreadPool(2);
        try {
            Callable<String> delivery = () -> client.deliver(json).decrypted();
            List<String> answers = new ArrayList<>();
            for (Future<String> answer : threads.invokeAll(List.of(delivery, delivery))) {
                answers.add(answer.get());
            }
            return answers;
        } finally {
            threads.shutdownNow();
        }
    }

    /** What it has said so far. */
    String log() {
        try {
            return Files.readString(log);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Waits until it says this. */
    void says(String text) {
        await().atMost(LONGEST)
                .failFast("The host has ended, see " + log, () -> !process.isAlive())
                .until(() -> log().contains(text));
    }

    /** Asks it to stop. Returns its exit value. */
    int stop() throws InterruptedException {
        process.destroy(); // SIGTERM
        return end();
    }

    /** Waits until it has ended by itself. Returns its exit value. */
    int end() throws InterruptedException {
        assertThat(process.waitFor(LONGEST.toSeconds(), TimeUnit.SECONDS)).isTrue();
        return process.exitValue();
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }

    /** For one thread. */
    static final class Builder {
        private final Class<?> application;
        private final Set<String> artifacts = new TreeSet<>();
        private final List<Path> resources = new ArrayList<>();
        private final List<String> properties = new ArrayList<>();
        private boolean isAhead;

        private Builder(Class<?> application) {
            this.application = application;
        }

        /** Artifacts that it depends on, besides the library. */
        Builder with(String... more) {
            artifacts.addAll(List.of(more));
            return this;
        }

        /** Its resources, a folder of {@code src/test/resources/hosts}. */
        Builder resources(String folder) {
            resources.add(RESOURCES.resolve(folder));
            return this;
        }

        /** Of the form {@code name=value}. */
        Builder properties(String... more) {
            properties.addAll(List.of(more));
            return this;
        }

        /** The app whose credentials the tests have. */
        Builder app() {
            return properties(
                    "inbox.apps.default.token=" + Service.CREDENTIALS.token(),
                    "inbox.apps.default.aes-key=" + Service.CREDENTIALS.aesKey(),
                    "inbox.apps.default.owner-key=" + Service.CREDENTIALS.ownerKey());
        }

        /** With what Spring works out at the build, instead of at the start. */
        Builder ahead() {
            isAhead = true;
            return this;
        }

        /** @param directory empty */
        HostProcess start(Path directory) throws Exception {
            List<Path> classPath = new ArrayList<>(HostClassPath.jars(artifacts));
            Path classes = Files.createDirectories(directory.resolve("classes"));
            compile(
                    classes,
                    classPath,
                    javaFiles(SOURCES.resolve(application.getPackageName().replace('.', '/'))));
            classPath.add(classes);
            classPath.addAll(resources);
            Path log = Path.of("target", "host-" + directory.getFileName() + ".log");
            List<String> main = List.of(application.getName());
            if (isAhead) {
                List<Path> generated = new ArrayList<>();
                for (String kind : List.of("sources", "resources", "classes")) {
                    generated.add(Files.createDirectories(
                            directory.resolve("generated").resolve(kind)));
                }
                List<String> processor = new ArrayList<>(
                        List.of("org.springframework.boot.SpringApplicationAotProcessor", application.getName()));
                generated.forEach(folder -> processor.add(folder.toString()));
                processor.addAll(List.of("com.example", "host"));
                assertThat(launch(directory, log, classPath, processor).waitFor())
                        .as("see " + log)
                        .isZero();
                compile(classes, classPath, javaFiles(generated.get(0)));
                classPath.addAll(generated.subList(1, 3));
                main = List.of("-Dspring.aot.enabled=true", application.getName());
            }
            return new HostProcess(launch(directory, log, classPath, main), log, context());
        }

        /** @param main the class, with what stands before and after it */
        private Process launch(Path directory, Path log, List<Path> classPath, List<String> main) throws IOException {
            List<String> command = new ArrayList<>(List.of(
                    Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                    "-Xmx192m",
                    "-XX:+UseSerialGC",
                    "-XX:TieredStopAtLevel=1",
                    "-cp",
                    joined(classPath)));
            command.addAll(main);
            command.add("--server.port=0");
            // That the effect is seen before the answer must not depend on how busy the machine is.
            command.add("--inbox.deadline=20s");
            properties.forEach(property -> command.add("--" + property));
            ProcessBuilder builder = new ProcessBuilder(command)
                    .directory(directory.toFile())
                    .redirectErrorStream(true)
                    .redirectOutput(log.toFile());
            builder.environment().clear(); // no property from outside
            return builder.start();
        }

        private String context() {
            String name = "server.servlet.context-path=";
            return properties.stream()
                    .filter(property -> property.startsWith(name))
                    .map(property -> property.substring(name.length()))
                    .findFirst()
                    .orElse("");
        }

        private static List<String> javaFiles(Path folder) throws IOException {
            try (Stream<Path> files = Files.walk(folder)) {
                return files.map(Path::toString)
                        .filter(file -> file.endsWith(".java"))
                        .toList();
            }
        }

        private static void compile(Path classes, List<Path> classPath, List<String> sources) {
            List<String> arguments = new ArrayList<>(List.of(
                    "-proc:none", "-nowarn", "-parameters", "-d", classes.toString(), "-cp", joined(classPath)));
            arguments.addAll(sources);
            int result = ToolProvider.getSystemJavaCompiler().run(null, null, null, arguments.toArray(String[]::new));
            assertThat(result).as("see what the compiler says").isZero();
        }

        private static String joined(List<Path> classPath) {
            return classPath.stream().map(Path::toString).collect(Collectors.joining(File.pathSeparator));
        }
    }
}
