package io.github.dingtalkinbox;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What IDEs know of the properties is complete, and says the same as {@code configuration.md}. */
class ConfigurationMetadataTest {
    private final List<JsonNode> properties = properties();
    private final Map<String, String> documented = documented();

    @Test
    void everyPropertySaysWhatItIs() {
        assertThat(properties).hasSizeGreaterThan(35).allSatisfy(property -> assertThat(
                        property.path("description").asString(""))
                .as(property.path("name").asString())
                .matches("(?s)[A-Z].*\\.")
                .doesNotContain("{@"));
    }

    @Test
    void itKnowsWhatIsDocumentedAndNothingElse() {
        TreeSet<String> known = new TreeSet<>();
        properties.forEach(property -> known.add(property.path("name").asString()));
        TreeSet<String> written = new TreeSet<>();
        // What lies below a map or a list has no entry of its own: its type says what there is.
        documented.keySet().forEach(name -> written.add(name.replaceAll("(\\.<name>|\\[]).*", "")));

        assertThat(known).isEqualTo(written);
    }

    @Test
    void defaultsAreTheDocumentedOnes() {
        assertThat(properties).allSatisfy(property -> {
            String name = property.path("name").asString();
            if (property.has("defaultValue")) {
                assertThat(documented.get(name))
                        .as(name)
                        .contains("`" + property.path("defaultValue").asString() + "`");
            }
        });
    }

    private static List<JsonNode> properties() {
        String file = "/META-INF/spring-configuration-metadata.json";
        List<JsonNode> ours = new ArrayList<>();
        // Not by the class loader's first one: Spring Boot's jars have files of that name, too.
        Path generated = Path.of("target/classes" + file);
        try (InputStream json = Files.newInputStream(generated)) {
            new JsonMapper().readTree(json).path("properties").forEach(ours::add);
        } catch (IOException e) {
            throw new IllegalStateException(generated + " is not there: the compiler writes it", e);
        }
        return ours;
    }

    /** The properties of the page that are ours, with their defaults. */
    private static Map<String, String> documented() {
        Map<String, String> found = new TreeMap<>();
        try (Stream<String> lines = Files.lines(Path.of("src/docs/configuration.md"))) {
            lines.filter(line -> line.startsWith("| `inbox.")).forEach(line -> {
                String[] cells = line.split("\\|", -1);
                found.put(cells[1].strip().replace("`", ""), cells[3]);
            });
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
        return found;
    }
}
