package io.github.dingtalkinbox.bench.http;

import java.time.Duration;
import java.util.stream.Stream;

/** What the three that share the processors have had of them so far. */
record ProcessorTime(Duration service, Duration database, Duration client) {
    /** @param database the server, whose children count with it */
    static ProcessorTime now(ProcessHandle service, ProcessHandle database) {
        Duration sessions = Stream.concat(Stream.of(database), database.descendants())
                .map(ProcessorTime::of)
                .reduce(Duration.ZERO, Duration::plus);
        return new ProcessorTime(of(service), sessions, of(ProcessHandle.current()));
    }

    private static Duration of(ProcessHandle process) {
        return process.info().totalCpuDuration().orElse(Duration.ZERO);
    }

    ProcessorTime since(ProcessorTime before) {
        return new ProcessorTime(
                service.minus(before.service), database.minus(before.database), client.minus(before.client));
    }

    /** Microseconds of each for one of so many. */
    String per(int count) {
        return Stream.of(service, database, client)
                .map(time -> String.valueOf(time.dividedBy(Math.max(count, 1)).toNanos() / 1000))
                .toList()
                .toString();
    }
}
