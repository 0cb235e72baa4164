package io.github.dingtalkinbox.service.simulator;

import java.time.Duration;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** A list of times to wait. */
public record Waits(List<Duration> durations) {
    static final String NONE = "none";

    private static final Pattern FORM = Pattern.compile("\\d{1,9}(,\\d{1,9})*");

    @Override
    public String toString() {
        return durations.stream().map(d -> Long.toString(d.toMillis())).collect(Collectors.joining(","));
    }

    /** Reads milliseconds that are separated by commas, or {@value #NONE}. */
    public static final class Converter implements ITypeConverter<Waits> {
        @Override
        public Waits convert(String value) {
            if (value.equals(NONE)) {
                return new Waits(List.of());
            }
            if (!FORM.matcher(value).matches()) {
                throw new TypeConversionException(
                        "must be milliseconds, separated by commas, or none, but is " + value);
            }
            return new Waits(Stream.of(value.split(",", -1))
                    .map(Long::parseLong)
                    .map(Duration::ofMillis)
                    .toList());
        }
    }
}
