package io.github.dingtalkinbox.service.cli;

import io.github.dingtalkinbox.internal.crypto.Credentials;
import io.github.dingtalkinbox.internal.crypto.InvalidCredential;
import io.github.dingtalkinbox.service.cli.Cli.UsageException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/**
 * The credentials of the simulated app: from the options, the environment, or the file of made-up ones, in this order.
 * All three come from one place, because a token and a key from different places would never match.
 */
final class CredentialsOptions {
    static final String TOKEN_VARIABLE = "INBOX_APPS_DEFAULT_TOKEN";
    static final String AES_KEY_VARIABLE = "INBOX_APPS_DEFAULT_AESKEY";
    static final String OWNER_KEY_VARIABLE = "INBOX_APPS_DEFAULT_OWNERKEY";

    private static final String FILE = "dingtalk-credentials.properties";

    @Option(
            names = "--token",
            paramLabel = "<token>",
            description = "For signatures. Default: $" + TOKEN_VARIABLE
                    + ", or what the service made up in its data directory.")
    private @Nullable String token;

    @Option(
            names = "--aes-key",
            paramLabel = "<key>",
            description =
                    "The EncodingAESKey, for encryption. Default: $" + AES_KEY_VARIABLE + ", or made up likewise.")
    private @Nullable String aesKey;

    @Option(
            names = "--owner-key",
            paramLabel = "<key>",
            description = "Client ID (appKey), suiteKey or corpId. Default: $" + OWNER_KEY_VARIABLE
                    + ", or made up likewise.")
    private @Nullable String ownerKey;

    @Option(
            names = "--data-dir",
            paramLabel = "<dir>",
            description = "Data directory of the service (inbox.data-dir). Default: ${DEFAULT-VALUE}")
    private Path dataDirectory = Path.of(".data");

    /** Whether any is among the options. */
    boolean areGiven() {
        return token != null || aesKey != null || ownerKey != null;
    }

    Credentials find(Map<String, String> environment) {
        return fromOptions()
                .or(() -> fromEnvironment(environment))
                .or(this::fromFile)
                .orElseThrow(
                        () -> new UsageException("There are no credentials: give --token, --aes-key and --owner-key,"
                                + " or set " + TOKEN_VARIABLE + ", " + AES_KEY_VARIABLE + " and " + OWNER_KEY_VARIABLE
                                + ", or run this where the service keeps its " + file() + " (see --data-dir). A service"
                                + " for Stream only has no such file: make a token and a key with the command \"keys\","
                                + " and give them to the service, too, with its Client ID as the owner key."));
    }

    private Optional<Credentials> fromOptions() {
        return complete("the options", List.of("--token", "--aes-key", "--owner-key"), token, aesKey, ownerKey);
    }

    private static Optional<Credentials> fromEnvironment(Map<String, String> environment) {
        return complete(
                "the environment",
                List.of(TOKEN_VARIABLE, AES_KEY_VARIABLE, OWNER_KEY_VARIABLE),
                environment.get(TOKEN_VARIABLE),
                environment.get(AES_KEY_VARIABLE),
                environment.get(OWNER_KEY_VARIABLE));
    }

    private Optional<Credentials> fromFile() {
        if (!Files.exists(file())) {
            return Optional.empty();
        }
        var properties = new Properties();
        try (var reader = Files.newBufferedReader(file())) {
            properties.load(reader);
        } catch (IOException | IllegalArgumentException e) {
            throw new UsageException("The credentials in " + file() + " cannot be read: " + e);
        }
        var names = List.of("token", "aes-key", "owner-key");
        var found = complete(
                file().toString(),
                names,
                properties.getProperty("token"),
                properties.getProperty("aes-key"),
                properties.getProperty("owner-key"));
        return found.or(() -> {
            throw new UsageException("The file " + file() + " has none of " + String.join(", ", names) + ".");
        });
    }

    private Path file() {
        return dataDirectory.resolve(FILE);
    }

    private static Optional<Credentials> complete(
            String where,
            List<String> names,
            @Nullable String token,
            @Nullable String aesKey,
            @Nullable String ownerKey) {
        Map<String, @Nullable String> given = new LinkedHashMap<>();
        given.put(names.get(0), token);
        given.put(names.get(1), aesKey);
        given.put(names.get(2), ownerKey);
        given.values().removeIf(v -> v == null || v.isEmpty());
        if (given.isEmpty()) {
            return Optional.empty();
        }
        if (token == null || aesKey == null || ownerKey == null || given.size() < names.size()) {
            List<String> missing =
                    names.stream().filter(n -> !given.containsKey(n)).toList();
            throw new UsageException("The credentials in " + where + " are incomplete: " + String.join(" and ", missing)
                    + (missing.size() == 1 ? " is missing." : " are missing."));
        }
        try {
            return Optional.of(new Credentials(token, aesKey, ownerKey));
        } catch (InvalidCredential e) {
            throw new UsageException("The credentials in " + where + " are wrong: " + e.getMessage() + ".");
        }
    }
}
