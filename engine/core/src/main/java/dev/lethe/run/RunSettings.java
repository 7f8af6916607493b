package dev.lethe.run;

import dev.lethe.data.DataOptions;
import dev.lethe.data.DataSet;
import dev.lethe.kernels.Backends;
import dev.lethe.kernels.op.Augmentation;
import dev.lethe.model.Network;
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
 * @param data source of the data set
 * @param network source of the network
 * @param training configuration of the training, seed included
 * @param backend name of a backend, as in {@code --backend}
 * @param threads number of workers of the backend
 * @param arithmetic types and algorithms
 */
public record RunSettings(DataSource data, NetworkSource network, TrainingConfig training, String backend, int threads,
        Arithmetic arithmetic) {
    /** Names of the settings that say where data are, in {@code config.json}. */
    public static final Set<String> LOCATIONS = Set.of(DataSource.DATA, DataOptions.LABELS);
    static final String SEED = "seed";

    /** Refuses impossible values by a sentence that names them. */
    public RunSettings {
        if (threads < 1) {
            throw new IllegalArgumentException("threads=" + threads + ": at least 1 is needed");
        }
        if (training.epochs() > TrackerSpec.MAX_EPOCHS) {
            throw new IllegalArgumentException("epochs=" + training.epochs() + " are more than the "
                    + TrackerSpec.MAX_EPOCHS + " that a history holds: choose fewer");
        }
    }

    /**
     * Returns settings of a data set and a network by their names: with the best backend here, as many workers as there
     * are processors, and the fastest arithmetic. Results depend on all three.
     *
     * @param data name or folder of the data set
     * @param model name of a network of the zoo
     * @param training configuration of the training, seed included
     * @see #on
     * @see #with(Arithmetic)
     */
    public static RunSettings of(String data, String model, TrainingConfig training) {
        return of(DataSource.of(data), NetworkSource.of(model), training);
    }

    /**
     * Returns settings of a data set and a network of one's own: with the best backend here, as many workers as there
     * are processors, and the fastest arithmetic. Results depend on all three.
     *
     * @param data data set, whose pixels and labels must not change from now on
     * @param network network, with a logit for each class of the data set
     * @param training configuration of the training, seed included
     * @see #on
     * @see #with(Arithmetic)
     */
    public static RunSettings of(DataSet data, Network network, TrainingConfig training) {
        return of(DataSource.of(data), NetworkSource.of(network), training);
    }

    private static RunSettings of(DataSource data, NetworkSource network, TrainingConfig training) {
        return new RunSettings(data, network, training, Backends.AUTO, Runtime.getRuntime().availableProcessors(),
                Arithmetic.FASTEST);
    }

    /** Returns the name of the network. */
    public String model() {
        return network.name();
    }

    /**
     * Returns the network for a data set.
     *
     * @param classes number of classes of the data set
     * @throws IllegalArgumentException when the zoo has no such network, or the network has other logits
     */
    public Network createNetwork(int classes) {
        return network.create(classes);
    }

    /** Returns these settings with another configuration. */
    public RunSettings withTraining(TrainingConfig other) {
        return new RunSettings(data, network, other, backend, threads, arithmetic);
    }

    /** Returns these settings with another seed. */
    public RunSettings withSeed(long seed) {
        return withTraining(training.withSeed(seed));
    }

    /** Returns these settings for another network with its own configuration. */
    public RunSettings withNetwork(NetworkSource other, TrainingConfig config) {
        return new RunSettings(data, other, config, backend, threads, arithmetic);
    }

    /**
     * Returns these settings for another backend and number of workers.
     *
     * @param otherBackend name of a backend, as for {@link Backends#open}
     * @param otherThreads number of its workers, at least 1
     */
    public RunSettings on(String otherBackend, int otherThreads) {
        return new RunSettings(data, network, training, otherBackend, otherThreads, arithmetic);
    }

    /** Returns these settings with other types and algorithms. */
    public RunSettings with(Arithmetic other) {
        return new RunSettings(data, network, training, backend, threads, other);
    }

    /** Returns these settings for another data set, or one that lies elsewhere. */
    public RunSettings withData(DataSource other) {
        return new RunSettings(other, network, training, backend, threads, arithmetic);
    }

    /** Returns the data set; notices about reading it go to the listener. */
    public DataSet load(PlanListener listener) {
        return data.load(listener::noticed, listener::noticed);
    }

    /** Reads the settings of a run from its {@code config.json}. */
    public static RunSettings ofRun(Map<?, ?> fields) {
        ConfigFile config = new ConfigFile(fields);
        TrainingConfig training = TrainingConfig.of(OptimizerFields.read(config))
                .withSeed(config.number(SEED).longValue()).withEpochs(config.number("epochs").intValue())
                .withBatch(config.number("batch").intValue())
                .withLearningRate(config.number("learning_rate").floatValue())
                .withSchedule(Schedule.recorded(config.text("learning_rate_schedule")))
                .withAugmentation(Augmentation.parse(config.text("augmentation")))
                .withLabelSmoothing(config.number("label_smoothing").floatValue())
                .withUpdate(OptimizerFields.readUpdate(config))
                .withTestViews(TestViews.parse(config.text("test_views")));
        return new RunSettings(DataSource.of(config.text(DataSource.DATA), DataOptions.of(fields)),
                NetworkSource.of(config), training, config.text("backend"), config.number("threads").intValue(),
                arithmetic(config));
    }

    /** Returns the arithmetic of a run, with the algorithms that were chosen for it. */
    private static Arithmetic arithmetic(ConfigFile config) {
        return Arithmetic.parse(config.text("dtype"), config.text("conv")).withConvolutions(config.convolutions());
    }

    /** Returns the settings by name, with absolute paths, for {@code study.json} and {@code config.json}. */
    public Map<String, Object> asMap() {
        Map<String, Object> map = asTyped();
        if (data instanceof DataSource.Given) {
            return map; // lies nowhere
        }
        for (String name : locations()) {
            map.computeIfPresent(name, (_, path) -> Path.of(path.toString()).toAbsolutePath().normalize().toString());
        }
        return map;
    }

    /** Returns the names of settings that say where data are, not what they are. */
    public Set<String> locations() {
        return data.locations();
    }

    /** Returns the settings by name, with paths as they were typed, as earlier versions recorded them. */
    public Map<String, Object> asTyped() {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put(DataSource.DATA, data.name());
        map.putAll(network.asMap());
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
        map.putAll(data.asMap());
        return map;
    }
}
