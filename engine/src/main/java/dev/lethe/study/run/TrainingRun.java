package dev.lethe.study.run;

import dev.lethe.data.DataSet;
import dev.lethe.io.FileProblem;
import dev.lethe.io.FolderLock;
import dev.lethe.kernels.Backend;
import dev.lethe.kernels.BackendInfo;
import dev.lethe.kernels.Backends;
import dev.lethe.kernels.tensor.DType;
import dev.lethe.model.ModelZoo;
import dev.lethe.tracker.Sha256;
import dev.lethe.train.Arithmetic;
import dev.lethe.train.EpochMetrics;
import dev.lethe.train.Evaluation;
import dev.lethe.train.TestViews;
import dev.lethe.train.Tester;
import dev.lethe.train.Trainer;
import dev.lethe.train.TrainingConfig;
import dev.lethe.train.checkpoint.CheckpointException;
import dev.lethe.train.checkpoint.CheckpointFolder;
import dev.lethe.train.checkpoint.RunIdentity;
import dev.lethe.train.checkpoint.Safetensors;
import dev.lethe.train.checkpoint.TrainingState;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * One training run with its history: {@code ./lethe train}. After every epoch it leaves a checkpoint, from which it
 * goes on to the same bits as if it had not been stopped.
 */
public final class TrainingRun {
    /** As in {@code ./lethe train}. */
    public static final String NAME = "train";
    private static final String RUNS = "runs";
    private static final Duration EVERY_EPOCH = Duration.ZERO;

    private final RunSettings settings;
    private final Optional<Path> weights;
    private final Optional<RankingStability> stable;
    private final StudyListener listener;

    /** A run that begins with the network's own initial weights. */
    public TrainingRun(RunSettings settings, StudyListener listener) {
        this(settings, Optional.empty(), Optional.empty(), listener);
    }

    /**
     * A run.
     *
     * @param weights a safetensors file with what to begin with
     * @param stable ends the run where it says so; empty to train all epochs
     */
    public TrainingRun(RunSettings settings, Optional<Path> weights, Optional<RankingStability> stable,
            StudyListener listener) {
        this.settings = settings;
        this.weights = weights;
        this.stable = stable;
        this.listener = listener;
    }

    /**
     * Trains, or goes on.
     *
     * @param out receives {@code study.json} and {@code runs/seed-N/}
     * @param resume whether to go on with a run that is there; without it, such a run is an error
     * @return the last epoch
     * @throws StudyException when the folder cannot be used
     * @throws dev.lethe.train.NonFiniteLossException when the run diverges; what was committed is kept
     */
    public Optional<EpochMetrics> run(Path out, boolean resume) throws IOException {
        StudyFolder.requireApart(out, out.resolve(RUNS), settings);
        if (weights.isPresent() && !Files.isRegularFile(weights.get())) { // before a data set is read for nothing
            throw new StudyException("weights " + weights.get() + (Files.exists(weights.get())
                    ? " are no file"
                    : " do not exist") + ": name a safetensors file");
        }
        DataSet data = settings.load(listener);
        Path run = out.resolve(RUNS).resolve("seed-" + settings.training().seed());
        Arithmetic arithmetic = resume ? RunTrainer.arithmetic(settings.arithmetic(), run) : settings.arithmetic();
        try (Backend backend = Backends.open(settings.backend(), settings.threads());
                Trainer trainer = new Trainer(backend, ModelZoo.create(settings.model(), data.classes()), data,
                        settings.training(), arithmetic)) { // before anything is written: it may refuse
            if (weights.isPresent()) {
                begin(trainer, weights.get());
            }
            Map<String, Object> identity = new LinkedHashMap<>(Map.of("study", NAME));
            identity.putAll(settings.asMap());
            StudyFolder.claim(out, identity, out.resolve(RUNS));
            RunFolder.make(run);
            try (FolderLock _ = RunFolder.lockNow(run)) {
                return train(trainer, backend.info(), data, run, resume);
            }
        }
    }

    private Optional<EpochMetrics> train(Trainer trainer, BackendInfo backend, DataSet data, Path run, boolean resume)
            throws IOException {
        Sha256 fingerprint = Sha256.ofDigest(data.fingerprint());
        Map<String, Object> config = RunConfiguration.of(settings.asMap(), fingerprint, backend, trainer);
        if (weights.isPresent()) {
            config.put("initial_weights", Sha256.ofFile(weights.get()).hex());
        }
        String text = RunFolder.claim(run, config, resume);
        TrainingConfig training = settings.training();
        TrackedTraining tracked = new TrackedTraining(trainer, data.train(), training.epochs(),
                new RunIdentity(settings.model(), training.seed(), Sha256.ofText(text), fingerprint), run,
                EVERY_EPOCH);
        try (StudyListener.RunListener watcher = listener.runStarted(
                new StudyListener.RunNotice("seed " + training.seed(), 1, 1, training.epochs()))) {
            return tracked.train(watcher, () -> true, stable);
        }
    }

    private static void begin(Trainer trainer, Path weights) throws IOException {
        try {
            trainer.begin(Safetensors.read(weights).arrays());
        } catch (IllegalArgumentException e) {
            throw new StudyException("weights " + weights + ": " + e.getMessage(), e);
        } catch (CheckpointException e) { // which names the file
            throw e;
        } catch (IOException e) {
            throw new StudyException("weights " + weights + " cannot be read: " + FileProblem.reason(e)
                    + "; name a safetensors file", e);
        }
    }

    /**
     * Evaluates the checkpoint of a run on its data set's test examples.
     *
     * @param run folder of the run, {@code runs/seed-N}, or the one that holds {@code runs} where there is one run
     * @param dtype type of activations; empty for the one that the run was trained with
     * @param views that a prediction is made of; empty for those that the run was trained with
     * @throws StudyException when there is none
     */
    public static Evaluation evaluate(Path run, String backendName, int threads, Optional<DType> dtype,
            Optional<TestViews> views)
            throws IOException {
        Path folder = RunFolder.onlyRun(run);
        Path config = folder.resolve("config.json");
        if (!Files.exists(config)) {
            throw new StudyException(
                    "folder " + run + " holds no run: name what lethe train wrote, or its runs/seed-N");
        }
        Map<?, ?> values = Json.read(config);
        String text = Files.readString(config);
        RunSettings settings = RunSettings.ofRun(values);
        DataSet data = settings.load(StudyListener.NONE);
        Sha256 fingerprint = Sha256.ofDigest(data.fingerprint());
        String trainedOn = new ConfigFile(values).text("data_fingerprint");
        Object source = values.containsKey("source_fingerprint") ? values.get("source_fingerprint") : trainedOn;
        if (!fingerprint.hex().equals(source)) {
            throw new StudyException("data set " + settings.data() + " is not what " + folder + " was trained on: its "
                    + "training images or labels have changed; put them back as they were, or train again");
        }
        RunIdentity identity = new RunIdentity(settings.model(), settings.training().seed(), Sha256.ofText(text),
                new Sha256(trainedOn));
        TrainingState state = new CheckpointFolder(folder).read(identity)
                .orElseThrow(() -> new StudyException("folder " + folder + " has no checkpoint: train first"));
        try (Backend backend = Backends.open(backendName, threads);
                Tester tester = new Tester(backend, ModelZoo.create(settings.model(), data.classes()), data,
                        views.map(settings.training()::withTestViews).orElse(settings.training()),
                        dtype.map(settings.arithmetic()::withActivations).orElse(settings.arithmetic()))) {
            return tester.test(state.weights(), state.optimizer());
        }
    }
}
