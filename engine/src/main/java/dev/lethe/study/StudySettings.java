package dev.lethe.study;

import dev.lethe.data.DataOptions;
import dev.lethe.data.DataSet;
import dev.lethe.data.DataSets;
import dev.lethe.kernels.Augmentation;
import dev.lethe.kernels.DType;
import dev.lethe.train.Arithmetic;
import dev.lethe.train.Schedule;
import dev.lethe.train.TestViews;
import dev.lethe.train.TrainingConfig;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What decides the results of a study.
 *
 * @param study its name
 * @param data name or folder of the data set
 * @param model of the zoo
 * @param seeds how many runs; run i has seed i, from 1
 * @param training the configuration of every run, whatever its seed
 * @param backend as in {@code --backend}
 * @param threads workers of the backend
 * @param arithmetic of every run
 * @param dataOptions how the data set is read
 */
public record StudySettings(String study, String data, String model, int seeds, TrainingConfig training, String backend,
        int threads, Arithmetic arithmetic, DataOptions dataOptions) {
    /** With the data set as it is, and the fastest arithmetic. */
    public StudySettings(String study, String data, String model, int seeds, TrainingConfig training, String backend,
            int threads) {
        this(study, data, model, seeds, training, backend, threads, Arithmetic.FASTEST, DataOptions.NONE);
    }

    public StudySettings {
        if (seeds < 1) {
            throw new IllegalArgumentException("seeds=" + seeds + ": at least 1 is needed");
        }
        if (threads < 1) {
            throw new IllegalArgumentException("threads=" + threads + ": at least 1 is needed");
        }
    }

    /** The same for a run with that seed. */
    StudySettings withSeed(long seed) {
        return new StudySettings(study, data, model, seeds, training.withSeed(seed), backend, threads, arithmetic,
                dataOptions);
    }

    /** Reads the data set; what is to be said about it goes to the listener. */
    DataSet load(StudyListener listener) {
        return DataSets.load(data, dataOptions, listener::noticed);
    }

    /**
     * The command that repeats the study, on any machine with that backend; to the same bits where the same algorithms
     * are the fastest.
     *
     * @param openedBackend what {@link #backend} came to be
     * @param dtypeOfRuns what the type of activations came to be
     */
    String command(String openedBackend, DType dtypeOfRuns) {
        return "./lethe study " + study + " --data " + quoted(data) + dataArguments() + " --model " + model
                + " --seeds " + seeds
                + " --epochs " + training.epochs() + " --batch " + training.batch() + " --learning-rate "
                + training.learningRate() + " --backend " + openedBackend + " --threads " + threads
                + " --dtype " + dtypeOfRuns.label() + " --conv " + arithmetic.convolutionsText();
    }

    private String dataArguments() {
        StringBuilder arguments = new StringBuilder();
        dataOptions.asMap().forEach((name, value) -> arguments.append(" --").append(name.replace('_', '-'))
                .append(value.equals(true) ? "" : " " + quoted(value.toString())));
        return arguments.toString();
    }

    /** For a POSIX shell. */
    private static String quoted(String word) {
        return word.matches("[\\w./-]+") ? word : "'" + word.replace("'", "'\\''") + "'";
    }

    /** The settings of a run, from its {@code config.json}. */
    static StudySettings ofRun(Map<?, ?> fields) {
        ConfigFile config = new ConfigFile(fields);
        TrainingConfig training = new TrainingConfig(config.number("seed").longValue(),
                config.number("epochs").intValue(), config.number("batch").intValue(),
                config.number("learning_rate").floatValue(), OptimizerFields.read(config),
                Schedule.parse(config.text("learning_rate_schedule")),
                Augmentation.parse(config.text("augmentation")), config.number("label_smoothing").floatValue(),
                OptimizerFields.readUpdate(config), TestViews.parse(config.text("test_views")));
        return new StudySettings(config.text("study"), config.text("data"), config.text("model"), 1, training,
                config.text("backend"), config.number("threads").intValue(),
                arithmetic(config), DataOptions.of(fields));
    }

    /** That of a run, with the algorithms that were chosen for it. */
    private static Arithmetic arithmetic(ConfigFile config) {
        return Arithmetic.parse(config.text("dtype"), config.text("conv")).withConvolutions(config.convolutions());
    }

    /** For {@code study.json} and {@code config.json}: the settings by name. */
    Map<String, Object> asMap() {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("study", study);
        map.put("data", data);
        map.put("model", model);
        map.put("seeds", seeds);
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
