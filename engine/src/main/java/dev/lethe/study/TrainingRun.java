package dev.lethe.study;

import dev.lethe.data.DataSet;
import dev.lethe.kernels.Backend;
import dev.lethe.kernels.Backends;
import dev.lethe.kernels.ConvolutionChoice;
import dev.lethe.kernels.DType;
import dev.lethe.model.ModelZoo;
import dev.lethe.tracker.ForgettingTracker;
import dev.lethe.tracker.History;
import dev.lethe.tracker.Sha256;
import dev.lethe.tracker.TrackerSpec;
import dev.lethe.tracker.interchange.ScoreTable;
import dev.lethe.tracker.score.RunAggregate;
import dev.lethe.tracker.score.RunScores;
import dev.lethe.train.Arithmetic;
import dev.lethe.train.EpochMetrics;
import dev.lethe.train.Evaluation;
import dev.lethe.train.PredictionColumns;
import dev.lethe.train.PredictionSink;
import dev.lethe.train.TestViews;
import dev.lethe.train.TrackerSink;
import dev.lethe.train.Trainer;
import dev.lethe.train.checkpoint.CheckpointFolder;
import dev.lethe.train.checkpoint.RunIdentity;
import dev.lethe.train.checkpoint.Safetensors;
import dev.lethe.train.checkpoint.TrainingState;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * One training run with its history: {@code ./lethe train}. After every epoch it leaves a checkpoint, from which it
 * goes on to the same bits as if it had not been stopped.
 */
public final class TrainingRun {
    /** As in {@code ./lethe train}. */
    public static final String NAME = "train";

    private final StudySettings settings;
    private final Optional<Path> weights;
    private final StudyListener listener;

    /** A run that begins with the network's own initial weights. */
    public TrainingRun(StudySettings settings, StudyListener listener) {
        this(settings, Optional.empty(), listener);
    }

    /**
     * A run.
     *
     * @param weights a safetensors file with what to begin with
     */
    public TrainingRun(StudySettings settings, Optional<Path> weights, StudyListener listener) {
        this.settings = settings;
        this.weights = weights;
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
        DataSet data = settings.load(listener);
        try (Backend backend = Backends.open(settings.backend(), settings.threads());
                Trainer trainer = new Trainer(backend, ModelZoo.create(settings.model(), data.classes()), data,
                        settings.training(), arithmetic(out, resume))) { // before anything is written: it may refuse
            if (weights.isPresent()) {
                begin(trainer, weights.get());
            }
            StudyFolder folder = StudyFolder.claim(out, settings.asMap());
            Path run = folder.existingRun(settings.training().seed());
            Sha256 fingerprint = Sha256.ofDigest(data.fingerprint());
            Map<String, Object> config = RunConfiguration.of(settings, fingerprint, backend.info(), trainer);
            if (weights.isPresent()) {
                config.put("initial_weights", Sha256.ofFile(weights.get()).hex());
            }
            String text = StudyFolder.claimRun(run, config, resume);
            return train(trainer, run, data, new RunIdentity(settings.model(), settings.training().seed(),
                    Sha256.ofText(text), fingerprint));
        }
    }

    /** A run that goes on computes convolutions as it began, also where others are faster now. */
    private Arithmetic arithmetic(Path out, boolean resume) throws IOException {
        Path config = StudyFolder.config(out, settings.training().seed());
        boolean recorded = resume && settings.arithmetic().convolutions().equals(ConvolutionChoice.FASTEST)
                && Files.exists(config);
        return recorded
                ? settings.arithmetic().withConvolutions(new ConfigFile(Json.read(config)).convolutions())
                : settings.arithmetic();
    }

    private static void begin(Trainer trainer, Path weights) throws IOException {
        Safetensors file = Safetensors.read(weights);
        try {
            trainer.begin(file.arrays());
        } catch (IllegalArgumentException e) {
            throw new StudyException("weights " + weights + ": " + e.getMessage(), e);
        }
    }

    private Optional<EpochMetrics> train(Trainer trainer, Path run, DataSet data, RunIdentity identity)
            throws IOException {
        CheckpointFolder checkpoint = new CheckpointFolder(run);
        checkpoint.read(identity)
                .ifPresent(state -> trainer.restore(state.epoch(), state.weights(), state.optimizer()));
        TrackerSpec spec = new TrackerSpec(data.train().examples(), settings.training().epochs(), identity.data(),
                identity.configuration());
        Path history = run.resolve("history.lethe");
        Path metrics = run.resolve("metrics.csv");
        Optional<EpochMetrics> last = Optional.empty();
        try (StudyListener.RunListener watcher = listener.runStarted(settings.training().seed(), 1, 1);
                ForgettingTracker tracker = Files.exists(history)
                        ? ForgettingTracker.resume(history, spec)
                        : ForgettingTracker.create(history, spec)) {
            MetricsCsv csv = Files.exists(metrics)
                    ? MetricsCsv.resume(metrics, trainer.epochs())
                    : MetricsCsv.create(metrics);
            PredictionSink sink = new AfterRecorded(new TrackerSink(tracker),
                    tracker.committedEpochs() - trainer.epochs());
            while (trainer.epochs() < settings.training().epochs()) {
                last = Optional.of(trainer.trainEpoch(sink, watcher));
                csv.append(last.get());
                checkpoint.write(
                        new TrainingState(identity, trainer.epochs(), trainer.weights(), trainer.optimizerState()));
            }
            try (History recorded = tracker.history()) {
                RunScores scores = RunScores.of(recorded);
                ScoreTable.of(RunAggregate.of(List.of(scores))).withLabels(data.train()::label)
                        .writeCsv(run.resolve("scores.csv"));
            }
        }
        return last;
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
        Path folder = StudyFolder.onlyRun(run);
        Path config = folder.resolve("config.json");
        if (!Files.exists(config)) {
            throw new StudyException(
                    "folder " + run + " holds no run: name what lethe train wrote, or its runs/seed-N");
        }
        String text = Files.readString(config);
        Map<?, ?> values = Json.read(config);
        StudySettings settings = StudySettings.ofRun(values);
        DataSet data = settings.load(StudyListener.NONE);
        Sha256 fingerprint = Sha256.ofDigest(data.fingerprint());
        if (!fingerprint.hex().equals(values.get("data_fingerprint"))) {
            throw new StudyException("data set " + settings.data() + " is not what " + folder + " was trained on: its "
                    + "training images or labels have changed; put them back as they were, or train again");
        }
        RunIdentity identity = new RunIdentity(settings.model(), settings.training().seed(), Sha256.ofText(text),
                fingerprint);
        TrainingState state = new CheckpointFolder(folder).read(identity)
                .orElseThrow(() -> new StudyException("folder " + folder + " has no checkpoint: train first"));
        try (Backend backend = Backends.open(backendName, threads);
                Trainer trainer = new Trainer(backend, ModelZoo.create(settings.model(), data.classes()), data,
                        views.map(settings.training()::withTestViews).orElse(settings.training()),
                        settings.arithmetic().withActivations(dtype))) {
            trainer.restore(state.epoch(), state.weights(), state.optimizer());
            return trainer.evaluate();
        }
    }

    /**
     * Leaves out epochs that the history has already: a run that was killed between committing an epoch and writing its
     * checkpoint trains that epoch again, to the same bits.
     */
    private static final class AfterRecorded implements PredictionSink {
        private final PredictionSink sink;
        private int left;

        AfterRecorded(PredictionSink sink, int recorded) {
            if (recorded < 0) {
                throw new StudyException("the history is " + -recorded + " epochs behind the checkpoint: it is not of "
                        + "this run; train again with another --out");
            }
            this.sink = sink;
            left = recorded;
        }

        @Override
        public void record(PredictionColumns columns, int first, int count) {
            if (left == 0) {
                sink.record(columns, first, count);
            }
        }

        @Override
        public void commitEpoch() throws IOException {
            if (left == 0) {
                sink.commitEpoch();
            } else {
                left--;
            }
        }
    }
}
