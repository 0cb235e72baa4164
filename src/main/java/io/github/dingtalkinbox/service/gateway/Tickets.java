package io.github.dingtalkinbox.service.gateway;

import java.time.Duration;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;

/** Each lets in one connection, for a while. Safe for use by many threads. */
final class Tickets {
    private final Map<String, Long> issued = new ConcurrentHashMap<>();
    private final long lifeNanos;

    Tickets(Duration life) {
        this.lifeNanos = life.toNanos();
    }

    String issue() {
        String ticket = worthless();
        issued.put(ticket, System.nanoTime());
        return ticket;
    }

    /** One that was never issued. With characters that a client has to encode in a URL. */
    static String worthless() {
        return UUID.randomUUID() + "+/=";
    }

    /** Takes it back; false if it is unknown, used or too old. */
    boolean redeem(String ticket) {
        Long at = issued.remove(ticket);
        return at != null && System.nanoTime() - at <= lifeNanos;
    }
}
