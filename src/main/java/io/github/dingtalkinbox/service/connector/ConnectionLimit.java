package io.github.dingtalkinbox.service.connector;

import io.github.dingtalkinbox.internal.text.Flood;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;
import org.apache.catalina.util.NetMaskSet;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How many connections one public address may have: of IPv6, one network of 64 bits, because a single customer has one.
 *
 * <p>Safe for use by many threads; one of them admits.
 */
final class ConnectionLimit {
    static final ConnectionLimit NONE = new ConnectionLimit(0);

    private static final Logger log = LoggerFactory.getLogger(ConnectionLimit.class);

    /** Private and local addresses: behind one of them may be a proxy, and everybody behind that. */
    static final String NOT_PUBLIC =
            "10.0.0.0/8, 172.16.0.0/12, 192.168.0.0/16, 100.64.0.0/10, 127.0.0.0/8, 169.254.0.0/16,"
                    + " ::1/128, fe80::/10, fc00::/7";

    private static final int PREFIX = 8;

    private final int most;
    private final NetMaskSet networks = new NetMaskSet();
    private final List<Pattern> patterns = new ArrayList<>();
    private final Map<String, Integer> open = new ConcurrentHashMap<>();
    private final Flood flood = new Flood(
            more -> log.warn("{} more connections were refused, because their addresses have too many already", more));

    /**
     * @param most for each address; 0: no limit
     * @param exempt addresses without a limit: networks, separated by commas, or a regular expression
     */
    ConnectionLimit(int most, String... exempt) {
        this.most = most;
        for (String some : exempt) {
            if (!some.isBlank() && !networks.addAll(some).isEmpty()) {
                patterns.add(Pattern.compile(some));
            }
        }
    }

    boolean admits(@Nullable InetAddress address) {
        String sender = sender(address);
        if (sender == null || open.getOrDefault(sender, 0) < most) {
            return true;
        }
        if (flood.admits()) {
            log.warn(
                    "A connection from {} was refused: it has {} already (inbox.server.connections-per-address)",
                    sender,
                    most);
        }
        return false;
    }

    void opened(@Nullable InetAddress address) {
        count(address, 1);
    }

    void closed(@Nullable InetAddress address) {
        count(address, -1);
    }

    private void count(@Nullable InetAddress address, int change) {
        String sender = sender(address);
        if (sender != null) {
            open.compute(sender, (s, before) -> {
                int now = (before == null ? 0 : before) + change;
                return now == 0 ? null : now;
            });
        }
    }

    /** Whose connections are counted together; null: there is no limit. */
    private @Nullable String sender(@Nullable InetAddress address) {
        if (most == 0 || address == null || networks.contains(address)) {
            return null;
        }
        String shown = address.getHostAddress();
        if (patterns.stream().anyMatch(pattern -> pattern.matcher(shown).matches())) {
            return null;
        }
        return address instanceof Inet6Address
                ? HexFormat.ofDelimiter(":").formatHex(address.getAddress(), 0, PREFIX)
                : shown;
    }
}
