package io.github.dingtalkinbox.service.audit;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The content of a {@link JournalFile}.
 *
 * @param deliveries how many there were
 * @param events how many different ones were delivered
 * @param cutOff lines that a killed sender did not finish, whose deliveries are unknown
 * @param answered for each event that was answered success, the first such delivery, in their order
 */
record Journal(int deliveries, int events, int cutOff, List<JournalEntry> answered) {

    /** @throws InvalidJournal if the file is something else */
    static Journal read(Path file) throws IOException {
        try (var lines = new BufferedReader(new InputStreamReader(Files.newInputStream(file), UTF_8))) {
            String header = lines.readLine();
            if (!JournalEntry.HEADER.equals(header)) {
                throw new InvalidJournal(
                        "The file " + file + " is not a journal that \"simulate --journal\" has written:"
                                + " its first line is not \"" + JournalEntry.HEADER.replace('\t', ' ') + "\"");
            }
            return read(lines);
        }
    }

    private static Journal read(BufferedReader lines) throws IOException {
        int deliveries = 0;
        int cutOff = 0;
        Set<String> events = new HashSet<>();
        Map<String, JournalEntry> answered = new LinkedHashMap<>();
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
            Optional<JournalEntry> entry = JournalEntry.parse(line);
            if (entry.isEmpty()) {
                cutOff++;
                continue;
            }
            deliveries++;
            String eventId = entry.get().event().eventId();
            events.add(eventId);
            if (entry.get().answer().equals(JournalEntry.SUCCESS)) {
                answered.putIfAbsent(eventId, entry.get());
            }
        }
        return new Journal(deliveries, events.size(), cutOff, List.copyOf(answered.values()));
    }
}
