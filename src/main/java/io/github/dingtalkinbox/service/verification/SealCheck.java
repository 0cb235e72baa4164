package io.github.dingtalkinbox.service.verification;

import io.github.dingtalkinbox.internal.seal.SealKey;
import io.github.dingtalkinbox.internal.seal.SealKeys;
import io.github.dingtalkinbox.internal.start.ConfigurationProblem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.sql.DataSource;
import org.springframework.core.env.Environment;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Checks the seals of the event log. The database is only read. */
public final class SealCheck {
    private static final Pattern HEAD = Pattern.compile("(\\d{1,18}):([0-9a-fA-F]{64})");

    private final DataSource dataSource;
    private final SealChain seals;

    public SealCheck(DataSource dataSource) {
        this.dataSource = dataSource;
        this.seals = new SealChain(JdbcClient.create(dataSource));
    }

    /**
     * Parses a head of the chain, as the service logs it.
     *
     * @throws IllegalArgumentException if it is something else
     */
    public static ChainHead head(String text) {
        Matcher matcher = HEAD.matcher(text);
        if (!matcher.matches()) {
            throw new IllegalArgumentException(
                    "A head is the number of a seal, a colon and 64 hex digits, as in the log of"
                            + " the service, but this is " + text);
        }
        return new ChainHead(Long.parseLong(matcher.group(1)), matcher.group(2).toLowerCase(Locale.ROOT));
    }

    /**
     * Reads kept heads: the last word of each line.
     *
     * @throws IllegalArgumentException if there is none, or a line ends with something else
     */
    public static List<ChainHead> heads(Path file) throws IOException {
        List<ChainHead> heads = new ArrayList<>();
        int number = 0;
        for (String line : Files.readAllLines(file)) {
            number++;
            String text = line.strip();
            if (!text.isEmpty()) {
                try {
                    heads.add(head(text.substring(text.lastIndexOf(' ') + 1)));
                } catch (IllegalArgumentException e) {
                    throw new IllegalArgumentException("Line " + number + " of " + file + ": " + e.getMessage(), e);
                }
            }
        }
        if (heads.isEmpty()) {
            throw new IllegalArgumentException("There is no head in " + file);
        }
        return heads;
    }

    /**
     * The configured keys.
     *
     * @throws ConfigurationProblem if there is none, or one cannot be right
     */
    public static SealKeys keys(Environment environment) {
        return SealKeys.in(environment).orElseThrow(() -> SealKeys.refused(SealKeys.PROPERTY + " is not set"));
    }

    /** How many seals there are. */
    public long count() {
        return seals.count();
    }

    /**
     * Computes the whole chain again, and compares it with the seals and the events.
     *
     * @param kept earlier heads of the chain
     * @param progress is told each hour that was checked
     * @throws ConfigurationProblem if none of the seals was made with one of the keys
     */
    public SealFindings verify(SealKeys keys, List<ChainHead> kept, Consumer<Instant> progress) {
        Set<String> used = seals.keyIds();
        List<String> ids = keys.all().stream().map(SealKey::id).toList();
        if (!used.isEmpty() && ids.stream().noneMatch(used::contains)) {
            throw SealKeys.refused("inbox.seal.key is not the key that made the seals: its id is "
                    + String.join(", ", ids) + ", but they were made with " + String.join(", ", used)
                    + " (event_seals.key_id)");
        }
        return new Verification(dataSource, keys, progress).run(kept);
    }
}
