package io.github.dingtalkinbox.internal.store;

import io.github.dingtalkinbox.Event;
import io.github.dingtalkinbox.Transport;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Locale;

/** Transports as they are stored. */
final class Transports {
    private Transports() {}

    static String of(Event event) {
        return event.delivery().transport().name().toLowerCase(Locale.ROOT);
    }

    static Transport of(ResultSet row) throws SQLException {
        return Transport.valueOf(row.getString("transport").toUpperCase(Locale.ROOT));
    }
}
