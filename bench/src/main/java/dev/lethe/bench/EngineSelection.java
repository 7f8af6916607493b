package dev.lethe.bench;

import dev.lethe.kernels.tensor.DType;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.runner.BenchmarkList;
import org.openjdk.jmh.runner.BenchmarkListEntry;
import org.openjdk.jmh.runner.format.OutputFormat;
import org.openjdk.jmh.runner.format.OutputFormatFactory;
import org.openjdk.jmh.runner.options.Options;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.VerboseMode;

/**
 * The runs for a command line: JMH runs every combination of the parameters, and some of those of
 * {@link TrainStepBenchmark} cannot be trained by an engine.
 *
 * @param runs JMH runs that together cover the command line without those combinations
 * @param leftOut sentence for each combination that is left out
 */
record EngineSelection(List<Options> runs, List<String> leftOut) {
    private static final String TRAIN_STEP = TrainStepBenchmark.class.getName();
    // JMH adds what is included and excluded here to what the command line includes and excludes.
    private static final String PREFIX = Pattern.quote(TRAIN_STEP + ".");
    private static final String ALL_BUT_TRAIN_STEP = "^(?!" + PREFIX + ")";

    EngineSelection {
        runs = List.copyOf(runs);
        leftOut = List.copyOf(leftOut);
    }

    /**
     * Splits a command line where it asks for something that an engine cannot train.
     *
     * @throws IllegalArgumentException if it names an unknown engine, model or type
     */
    static EngineSelection of(Options options) {
        List<String> benchmarks = matching(options);
        if (benchmarks.stream().noneMatch(EngineSelection::isTrainStep)) {
            return new EngineSelection(List.of(options), List.of());
        }
        List<Options> runs = new ArrayList<>();
        List<String> leftOut = new ArrayList<>();
        for (String model : values(options, "model")) {
            for (String dtype : values(options, "dtype")) {
                List<String> engines = supporting(options, model, dtype, leftOut);
                if (!engines.isEmpty()) {
                    runs.add(new OptionsBuilder().parent(options).exclude(ALL_BUT_TRAIN_STEP).param("model", model)
                            .param("dtype", dtype)
                            .param("engine", engines.toArray(String[]::new)).build());
                }
            }
        }
        if (leftOut.isEmpty()) {
            return new EngineSelection(List.of(options), List.of());
        }
        if (!benchmarks.stream().allMatch(EngineSelection::isTrainStep)) {
            runs.add(new OptionsBuilder().parent(options).exclude("^" + PREFIX).build());
        }
        return new EngineSelection(runs, leftOut);
    }

    private static List<String> supporting(Options options, String model, String dtype, List<String> leftOut) {
        BenchmarkModel wanted = BenchmarkModel.named(model);
        DType type = TrainStepBenchmark.parse(dtype);
        List<String> engines = new ArrayList<>();
        for (String engine : values(options, "engine")) {
            Optional<String> refusal = TrainStepEngines.named(engine).refusal(wanted, type);
            refusal.ifPresentOrElse(leftOut::add, () -> engines.add(engine));
        }
        return engines;
    }

    /** Returns the values of a parameter of {@link TrainStepBenchmark}: the command line's, else the declared ones. */
    private static Collection<String> values(Options options, String parameter) {
        return options.getParameter(parameter).orElse(declared(parameter));
    }

    private static List<String> declared(String parameter) {
        try {
            return List.of(TrainStepBenchmark.class.getField(parameter).getAnnotation(Param.class).value());
        } catch (NoSuchFieldException e) {
            throw new IllegalStateException(TRAIN_STEP + " has no parameter " + parameter, e);
        }
    }

    static List<String> matching(Options options) {
        OutputFormat silent = OutputFormatFactory.createFormatInstance(System.out, VerboseMode.SILENT);
        return new TreeSet<>(BenchmarkList.defaultList().find(silent, options.getIncludes(), options.getExcludes()))
                .stream().map(BenchmarkListEntry::getUsername).toList();
    }

    private static boolean isTrainStep(String benchmark) {
        return benchmark.startsWith(TRAIN_STEP + ".");
    }
}
