package io.github.dingtalkinbox.bench.http;

import static java.util.stream.Collectors.toMap;

import java.time.Duration;
import java.util.Map;
import java.util.stream.Stream;

/**
 * What the three that share the processors have had of them so far.
 *
 * @param database by the numbers of its processes: they come and go
 */
record ProcessorTime(Duration service, Map<Long, Duration> database, Duration client) {
    /** Asks the system. The children of the server count with it. */
    static ProcessorTime now(ProcessHandle service, ProcessHandle database) {
        Map<Long, Duration> processes = Stream.concat(Stream.of(database), database.descendants())
                .collect(toMap(ProcessHandle::pid, ProcessorTime::of));
        return new ProcessorTime(of(service), processes, of(ProcessHandle.current()));
    }

    private static Duration of(ProcessHandle process) {
        return process.info().totalCpuDuration().orElse(Duration.ZERO);
    }

    /** What they have had since then, without what has ended meanwhile. */
    Spent since(ProcessorTime before) {
        Duration spent = database.entrySet().stream()
                .map(now -> now.getValue().minus(before.database.getOrDefault(now.getKey(), Duration.ZERO)))
                .reduce(Duration.ZERO, Duration::plus);
        return new Spent(service.minus(before.service), spent, client.minus(before.client));
    }

    /** In the time between two moments. */
    record Spent(Duration service, Duration database, Duration client) {
        /** Microseconds of each for one of so many, as cells of a table. */
        String per(int count) {
            return micros(service, count) + " | " + micros(database, count) + " | " + micros(client, count);
        }

        private static long micros(Duration time, int count) {
            return time.toNanos() / 1000 / Math.max(count, 1);
        }
    }
}
