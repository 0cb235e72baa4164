package io.github.dingtalkinbox;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.dingtalkinbox.testing.Postgres;
import io.github.dingtalkinbox.testing.TestDatabase;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The handler of the README, and the test of it in handlers.md, as they stand there: compiled and run with what an application
 * has that depends on the library and on Spring Boot's starters for the web and for tests.
 */
@Postgres
class DocumentedHandlerIT {
    private static final Path LOG = Path.of("target/documented-handler.log");
    private static final String TEST = "AgreedApprovalsTest";

    private static final String APPLICATION = """
            @org.springframework.boot.autoconfigure.SpringBootApplication
            class Application {}
            """;

    /** Does for one method what JUnit does with Spring's extension. */
    private static final String RUN = """
            import org.junit.jupiter.api.Test;
            import org.springframework.test.context.TestContextManager;

            public final class Run {
                public static void main(String[] arguments) throws Exception {
                    AgreedApprovalsTest test = new AgreedApprovalsTest();
                    new TestContextManager(AgreedApprovalsTest.class).prepareTestInstance(test);
                    for (var method : AgreedApprovalsTest.class.getDeclaredMethods()) {
                        if (method.isAnnotationPresent(Test.class)) {
                            method.invoke(test);
                            System.out.println("passed: " + method.getName());
                        }
                    }
                    System.exit(0);
                }
            }
            """;

    private final TestDatabase database;
    private final Path directory;

    DocumentedHandlerIT(TestDatabase database, @TempDir Path directory) {
        this.database = database;
        this.directory = directory;
    }

    @Test
    void theHandlerOfTheReadmePassesTheTestOfThePageOnHandlers() throws Exception {
        List<Path> classPath =
                new ArrayList<>(HostClassPath.jars(Set.of(HostClassPath.WEB, "spring-boot-starter-test")));
        List<String> sources = List.of(
                source("Application", APPLICATION),
                source("Run", RUN),
                source("AgreedApprovals", block("README.md", "java")),
                source(TEST, block("src/docs/handlers.md", "java test")));
        Path classes = directory.resolve("classes");
        List<String> arguments = new ArrayList<>(
                List.of("-proc:none", "-parameters", "-d", classes.toString(), "-cp", joined(classPath)));
        arguments.addAll(sources);
        assertThat(ToolProvider.getSystemJavaCompiler().run(null, null, null, arguments.toArray(String[]::new)))
                .as("see what the compiler says")
                .isZero();
        classPath.add(classes);
        database.jdbc()
                .sql("create table form_statistics (process_code text primary key, events bigint not null)")
                .update();

        Process run = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx192m",
                        "-XX:+UseSerialGC",
                        "-XX:TieredStopAtLevel=1",
                        "-Dspring.datasource.url=" + database.jdbcUrl(),
                        "-Dspring.datasource.username=" + database.user(),
                        "-Dspring.datasource.password=" + database.password(),
                        "-cp",
                        joined(classPath),
                        "shop.Run")
                .redirectErrorStream(true)
                .redirectOutput(LOG.toFile())
                .start();
        try {
            assertThat(run.waitFor(2, TimeUnit.MINUTES)).isTrue();
            assertThat(Files.readString(LOG)).contains("passed: twinsCountOnce");
            assertThat(run.exitValue()).isZero();
        } finally {
            run.destroyForcibly();
        }
        assertThat(database.jdbc()
                        .sql("select process_code || ' ' || events from form_statistics")
                        .query(String.class)
                        .list())
                .containsExactly("PROC-1 1");
        assertThat(database.jdbc()
                        .sql("select (select count(*) from inbox.processed_events) || ' '"
                                + " || (select count(*) from inbox.duplicate_deliveries)")
                        .query(String.class)
                        .single())
                .isEqualTo("1 1");
    }

    /** In a package, without which nothing is scanned for components. */
    private String source(String name, String text) throws IOException {
        Path file = directory.resolve(name + ".java");
        Files.writeString(file, "package shop;\n" + text);
        return file.toString();
    }

    private static String block(String page, String language) {
        return ReadmeTest.blocks(Path.of(page), language).get(0);
    }

    private static String joined(List<Path> classPath) {
        return classPath.stream().map(Path::toString).collect(Collectors.joining(File.pathSeparator));
    }
}
