package dev.lethe.run;

import dev.lethe.data.DataOptions;
import dev.lethe.data.DataSet;
import dev.lethe.data.DataSets;
import dev.lethe.kernels.op.Augmentation;
import dev.lethe.tracker.TrackerSpec;
import dev.lethe.train.Arithmetic;
import dev.lethe.train.Schedule;
import dev.lethe.train.TestViews;
import dev.lethe.train.TrainingConfig;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/**
 * Settings of a training run, which decide its results together with the changes of its training set.
 *
 * @param data name or folder of the data set
 * @param model name of a network of the zoo
 * @param training configuration of the training, seed included
 * @param backend name of a backend, as in {@code --backend}
 * @param threads number of workers of the backend
 * @param arithmetic types and algorithms
 * @param dataOptions options of reading the data set
 */
public record RunSettings(String data, String model, TrainingConfig training, String backend, int threads,
        Arithmetic arithmetic, DataOptions dataOptions) {
    /** Names of the settings that say where data are, in {@code config.json}. */
    public static final Set<String> LOCATIONS = Set.of(RunSettings.DATA, DataOptions.LABELS);
    static final String SEED = "seed";
    private static final String DATA = "data";

    /** Makes settings with the data set as it is, and the fastest arithmetic. */
    public RunSettings(String data, String model, TrainingConfig training, String backend, int threads) {
        this(data, model, training, backend, threads, Arithmetic.FASTEST, DataOptions.NONE);
    }

    public RunSettings {
        if (threads < 1) {
            throw new IllegalArgumentException("threads=" + threads + ": at least 1 is needed");
        }
        if (training.epochs() > TrackerSpec.MAX_EPOCHS) {
            throw new IllegalArgumentException("epochs=" + training.epochs() + " are more than the "
                    + TrackerSpec.MAX_EPOCHS + " that a history holds: choose fewer");
        }
    }

    /** Returns these settings with another configuration. */
    public RunSettings withTraining(TrainingConfig other) {
        return new RunSettings(data, model, other, backend, threads, arithmetic, dataOptions);
    }

    /** Returns these settings with another seed. */
    public RunSettings withSeed(long seed) {
        return withTraining(training.withSeed(seed));
    }

    /** Returns these settings for another network with its own configuration. */
    public RunSettings withModel(String name, TrainingConfig config) {
        return new RunSettings(data, name, config, backend, threads, arithmetic, dataOptions);
    }

    /** Returns these settings for another backend and number of workers. */
    public RunSettings on(String otherBackend, int otherThreads) {
        return new RunSettings(data, model, training, otherBackend, otherThreads, arithmetic, dataOptions);
    }

    /** Returns these settings with other types and algorithms. */
    public RunSettings with(Arithmetic other) {
        return new RunSettings(data, model, training, backend, threads, other, dataOptions);
    }

    /** Returns these settings for a data set that lies elsewhere. */
    public RunSettings withData(String other) {
        return new RunSettings(other, model, training, backend, threads, arithmetic, dataOptions);
    }

    /** Reads the data set; notices about it go to the listener. */
    public DataSet load(PlanListener listener) {
        return DataSets.load(data, dataOptions, listener::noticed);
    }

    /** Reads the settings of a run from its {@code config.json}. */
    public static RunSettings ofRun(Map<?, ?> fields) {
        ConfigFile config = new ConfigFile(fields);
        TrainingConfig training = TrainingConfig.of(OptimizerFields.read(config))
                .withSeed(config.number(SEED).longValue()).withEpochs(config.number("epochs").intValue())
                .withBatch(config.number("batch").intValue())
                .withLearningRate(config.number("learning_rate").floatValue())
                .withSchedule(Schedule.parse(config.text("learning_rate_schedule")))
                .withAugmentation(Augmentation.parse(config.text("augmentation")))
                .withLabelSmoothing(config.number("label_smoothing").floatValue())
                .withUpdate(OptimizerFields.readUpdate(config))
                .withTestViews(TestViews.parse(config.text("test_views")));
        return new RunSettings(config.text(DATA), config.text("model"), training, config.text("backend"),
                config.number("threads").intValue(), arithmetic(config), DataOptions.of(fields));
    }

    /** Returns the arithmetic of a run, with the algorithms that were chosen for it. */
    private static Arithmetic arithmetic(ConfigFile config) {
        return Arithmetic.parse(config.text("dtype"), config.text("conv")).withConvolutions(config.convolutions());
    }

    /** Returns the settings by name, with absolute paths, for {@code study.json} and {@code config.json}. */
    public Map<String, Object> asMap() {
        Map<String, Object> map = asTyped();
        for (String name : locations()) {
            map.computeIfPresent(name, (_, path) -> Path.of(path.toString()).toAbsolutePath().normalize().toString());
        }
        return map;
    }

    /** Returns the names of settings that say where data are, not what they are. */
    public Set<String> locations() {
        return DataSets.names().contains(data) ? Set.of(DataOptions.LABELS) : LOCATIONS;
    }

    /** Returns the settings by name, with paths as they were typed, as earlier versions recorded them. */
    public Map<String, Object> asTyped() {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put(DATA, data);
        map.put("model", model);
        map.put(SEED, training.seed());
        map.put("epochs", training.epochs());
        map.put("batch", training.batch());
        map.put("learning_rate", training.learningRate());
        map.put("learning_rate_schedule", training.schedule().toString());
        map.put("augmentation", training.augmentation().toString());
        map.put("label_smoothing", training.labelSmoothing());
        map.putAll(OptimizerFields.of(training.optimizer()));
        map.putAll(OptimizerFields.of(training.update()));
        map.put("test_views", training.testViews().text());
        map.put("backend", backend);
        map.put("threads", threads);
        map.put("dtype", arithmetic.dtypeText());
        map.put("conv", arithmetic.convolutionsText());
        map.putAll(dataOptions.asMap()); // nothing where the data set is read as it is
        return map;
    }
}
