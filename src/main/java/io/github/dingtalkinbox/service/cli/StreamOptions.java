package io.github.dingtalkinbox.service.cli;

import io.github.dingtalkinbox.service.cli.Cli.UsageException;
import io.github.dingtalkinbox.service.gateway.GatewaySettings;
import io.github.dingtalkinbox.service.simulator.Misbehaviour;
import io.github.dingtalkinbox.service.simulator.Misbehaviours;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** Of a simulation over Stream. Without {@code --stream}, none of the others may be given. */
final class StreamOptions {
    private static final int DEFAULT_PORT = 8090;
    private static final int HIGHEST_PORT = 65_535;
    private static final String CLIENT_ID = "dingsimulatedapp";
    private static final String CLIENT_SECRET = "simulated-secret";

    @Option(
            names = "--stream",
            description = "Play DingTalk's Stream gateway on localhost instead: wait until the service connects (10"
                    + " minutes at most), and deliver the events over its connections.")
    private boolean stream;

    @Option(
            names = "--port",
            paramLabel = "<n>",
            description = "Port of the Stream gateway; 0: any free one. Default: " + DEFAULT_PORT)
    private @Nullable Integer port;

    @Option(
            names = "--client-id",
            paramLabel = "<id>",
            description = "The Client ID that the gateway accepts. Default: " + CLIENT_ID)
    private @Nullable String clientId;

    @Option(
            names = "--client-secret",
            paramLabel = "<secret>",
            description = "The Client Secret that the gateway accepts. Default: " + CLIENT_SECRET)
    private @Nullable String clientSecret;

    @Option(
            names = "--http-share",
            paramLabel = "<0..1>",
            description = "Share of the events that is delivered to the callback URL as well, with the same eventId."
                    + " Only then --url and the credentials count. Default: 0")
    private @Nullable Double httpShare;

    @Option(
            names = "--misbehave",
            paramLabel = "<name>",
            split = ",",
            converter = ByName.class,
            description = {
                "What the gateway does wrong now and then. Default: nothing",
                "To a connection, every 2 s: disconnect, old-connection, close, drop, reset",
                "Likewise, but only while there is another connection: half-dead, mute, deaf (for 10 s);"
                        + " unavailable, refuse-tickets, rotate-secret (for the next two attempts to connect)",
                "To one frame in twenty: fragments, pings, segments, same-message-id, large, together"
            })
    private Set<Misbehaviour> misbehaviours = new LinkedHashSet<>();

    boolean isWanted() {
        return stream;
    }

    Misbehaviours misbehaviours() {
        return new Misbehaviours(misbehaviours);
    }

    /** 0: none. */
    double httpShare() {
        double share = httpShare == null ? 0 : httpShare;
        if (share < 0 || share > 1) {
            throw new UsageException("The share over HTTP must be 0 to 1, but is " + share + ".");
        }
        return share;
    }

    GatewaySettings settings() {
        int chosen = port == null ? DEFAULT_PORT : port;
        if (chosen < 0 || chosen > HIGHEST_PORT) {
            throw new UsageException("The port must be 0 to " + HIGHEST_PORT + ", but is " + chosen + ".");
        }
        return GatewaySettings.of(
                        chosen("--client-id", clientId, CLIENT_ID),
                        chosen("--client-secret", clientSecret, CLIENT_SECRET))
                .withPort(chosen);
    }

    private static String chosen(String option, @Nullable String value, String otherwise) {
        if (value == null) {
            return otherwise;
        }
        if (value.isBlank()) {
            throw new UsageException(
                    "The value of " + option + " is empty. Give one, or leave the option out for " + otherwise + ".");
        }
        return value;
    }

    void refuseWithoutStream() {
        String given = Stream.of(
                        Map.entry("--port", port != null),
                        Map.entry("--client-id", clientId != null),
                        Map.entry("--client-secret", clientSecret != null),
                        Map.entry("--http-share", httpShare != null),
                        Map.entry("--misbehave", !misbehaviours.isEmpty()))
                .filter(Map.Entry::getValue)
                .map(Map.Entry::getKey)
                .collect(Collectors.joining(", "));
        if (!given.isEmpty()) {
            throw new UsageException("Only with --stream: " + given + ".");
        }
    }

    /** Reads a name such as {@code half-dead}. */
    static final class ByName implements ITypeConverter<Misbehaviour> {
        @Override
        public Misbehaviour convert(String name) {
            return Arrays.stream(Misbehaviour.values())
                    .filter(m -> m.toString().equals(name))
                    .findFirst()
                    .orElseThrow(() -> new TypeConversionException(
                            "must be of " + Arrays.toString(Misbehaviour.values()) + ", but is " + name));
        }
    }
}
