package io.github.dingtalkinbox.internal.identity;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.github.dingtalkinbox.Delivery;
import io.github.dingtalkinbox.Event;
import io.github.dingtalkinbox.Transport;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The files in {@code dingtalk/samples}, read as their entrance would read them. */
public final class Samples {
    private static final Path FOLDER = Path.of("src/test/resources/dingtalk/samples");
    private static final String SUFFIX = ".json";
    private static final JsonMapper MAPPER = new JsonMapper();
    private static final EventReader READER = new EventReader(Map.of());

    private Samples() {}

    static List<String> names() {
        try (Stream<Path> files = Files.list(FOLDER)) {
            return files.map(f -> f.getFileName().toString().replace(SUFFIX, ""))
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public static List<Event> events(String name) {
        if (name.startsWith("stream_event")) {
            return List.of(stream(MAPPER.readTree(bytes(name))));
        }
        if (name.startsWith("failed_list")) {
            return MAPPER.readTree(bytes(name))
                    .path("failed_list")
                    .valueStream()
                    .map(Samples::failed)
                    .toList();
        }
        return http(name);
    }

    static List<Event> http(String name) {
        return READER.read("default", bytes(name), delivery(Transport.HTTP));
    }

    private static Event stream(JsonNode frame) {
        JsonNode headers = frame.path("headers");
        Metadata metadata = new Metadata(
                headers.path("eventType").stringValue(),
                headers.path("eventId").stringValue(),
                headers.path("eventCorpId").stringValue(),
                Instant.ofEpochMilli(headers.path("eventBornTime").asLong()));
        return READER.read(
                "default", metadata, frame.path("data").stringValue().getBytes(UTF_8), delivery(Transport.STREAM));
    }

    private static Event failed(JsonNode entry) {
        String type = entry.path("call_back_tag").stringValue();
        JsonNode tagged = entry.path(type);
        JsonNode data = tagged.path("bpmsCallBackData").isObject() ? tagged.path("bpmsCallBackData") : tagged;
        Metadata metadata = new Metadata(
                type,
                null,
                tagged.path("corpid").stringValue(),
                Instant.ofEpochMilli(entry.path("event_time").longValue()));
        return READER.read("default", metadata, data.toString().getBytes(UTF_8), delivery(Transport.POLL));
    }

    private static Delivery delivery(Transport transport) {
        return new Delivery(transport, Instant.parse("2026-09-21T13:33:21Z"), null);
    }

    private static byte[] bytes(String name) {
        try {
            return Files.readAllBytes(FOLDER.resolve(name + SUFFIX));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
