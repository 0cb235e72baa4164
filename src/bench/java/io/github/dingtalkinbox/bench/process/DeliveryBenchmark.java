package io.github.dingtalkinbox.bench.process;

import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;

/** How long so many callers take to have all of the deliveries answered. In this JVM, where the contenders are. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.SingleShotTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
public class DeliveryBenchmark {
    private static volatile @Nullable Contender contender;
    private static volatile @Nullable Deliveries deliveries;

    @Benchmark
    public int deliver() {
        return Objects.requireNonNull(deliveries).deliverTo(Objects.requireNonNull(contender));
    }

    /** In microseconds. */
    static double time(Contender contender, Deliveries deliveries, int callers) throws RunnerException {
        DeliveryBenchmark.contender = contender;
        DeliveryBenchmark.deliveries = deliveries;
        var options = new OptionsBuilder()
                .include(DeliveryBenchmark.class.getName())
                .forks(0)
                .threads(callers)
                .warmupIterations(0)
                .measurementIterations(1)
                .timeout(TimeValue.minutes(10))
                .verbosity(VerboseMode.SILENT)
                .build();
        return new Runner(options).runSingle().getPrimaryResult().getScore();
    }
}
