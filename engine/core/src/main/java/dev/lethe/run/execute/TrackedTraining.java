package dev.lethe.run.execute;

import dev.lethe.data.DataSet;
import dev.lethe.data.ExampleTables;
import dev.lethe.data.ImageSet;
import dev.lethe.io.AtomicFiles;
import dev.lethe.kernels.BackendFailedException;
import dev.lethe.run.RunException;
import dev.lethe.run.StoppingRule;
import dev.lethe.run.store.MetricsCsv;
import dev.lethe.run.store.RunArrays;
import dev.lethe.run.store.RunFolder;
import dev.lethe.run.store.WeightedMeans;
import dev.lethe.tracker.ForgettingTracker;
import dev.lethe.tracker.History;
import dev.lethe.tracker.TrackerSpec;
import dev.lethe.tracker.interchange.NpyFile;
import dev.lethe.tracker.interchange.NumpyArray;
import dev.lethe.tracker.interchange.ScoreTable;
import dev.lethe.tracker.score.RunAggregate;
import dev.lethe.tracker.score.RunScores;
import dev.lethe.train.EpochMetrics;
import dev.lethe.train.Trainer;
import dev.lethe.train.checkpoint.CheckpointFolder;
import dev.lethe.train.checkpoint.NamedArray;
import dev.lethe.train.checkpoint.RunIdentity;
import dev.lethe.train.checkpoint.TrainingState;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Training with a tracked history, checkpoints, and a row of {@code metrics.csv} for each epoch. It continues from the
 * checkpoint if the folder has one, to the same bits as if it had never stopped.
 */
final class TrackedTraining {
    private final Trainer trainer;
    private final DataSet data;
    private final ImageSet examples;
    private final int epochs;
    private final RunIdentity identity;
    private final Path run;

    /**
     * Makes the training of a run in a folder.
     *
     * @param data data set that it trains on
     * @param epochs number of epochs of the whole run
     * @param run folder of the run
     */
    TrackedTraining(Trainer trainer, DataSet data, int epochs, RunIdentity identity, Path run) {
        this.trainer = trainer;
        this.data = data;
        examples = data.train();
        this.epochs = epochs;
        this.identity = identity;
        this.run = run;
    }

    /**
     * Trains the epochs that are left. If the run is told to stop, it writes a checkpoint and nothing else.
     *
     * @param stopping rule that may end the run before its last epoch
     * @return whether the run has ended
     */
    boolean train(SupervisedRun supervised, StoppingRule stopping) throws IOException {
        CheckpointFolder checkpoint = new CheckpointFolder(run);
        WeightedMeans.Sums weighted = new WeightedMeans.Sums(examples.examples());
        Optional<TrainingState> before = checkpoint.read(identity);
        before.ifPresent(state -> {
            trainer.restore(state.epoch(), state.weights(), state.optimizer());
            weighted.restore(state.optimizer());
            supervised.resumed(state.epoch(), examples.examples());
        });
        Path history = run.resolve(RunFolder.HISTORY);
        if (!Files.exists(history)) {
            requireAllEpochs(history, 0); // before an empty one takes its place
        }
        TrackerSpec spec = new TrackerSpec(examples.examples(), epochs, identity.data(),
                identity.configuration());
        try (ForgettingTracker tracker = Files.exists(history)
                ? ForgettingTracker.resume(history, spec)
                : ForgettingTracker.create(history, spec)) {
            requireAllEpochs(history, tracker.committedEpochs());
            MetricsCsv csv = MetricsCsv.resume(run.resolve(RunFolder.METRICS), trainer.epochs(),
                    before.map(TrainingState::metrics).orElse(List.of()));
            Ending ending = new Ending(tracker, stopping);
            epochs(tracker, supervised, new Checkpoints(checkpoint, weighted, csv), ending);
            boolean ended = ending.reached();
            if (ended) {
                conclude(tracker, weighted);
            }
            return ended;
        } catch (BackendFailedException e) {
            throw new RunException(e.getMessage() + "; the epochs that the history has are kept: resume the run", e);
        }
    }

    /** Ends a run after its last epoch, or as soon as a rule ends it. */
    private final class Ending {
        private final ForgettingTracker tracker;
        private final StoppingRule stopping;

        Ending(ForgettingTracker tracker, StoppingRule stopping) {
            this.tracker = tracker;
            this.stopping = stopping;
        }

        boolean reached() throws IOException {
            if (trainer.epochs() == epochs || stopping.equals(StoppingRule.ALL_EPOCHS)) {
                return trainer.epochs() == epochs;
            }
            try (History history = tracker.history()) {
                return stopping.ends(history, trainer.epochs());
            }
        }
    }

    /** The parts of a run that its checkpoints keep, beside the trainer's. */
    private record Checkpoints(CheckpointFolder folder, WeightedMeans.Sums weighted, MetricsCsv csv) {}

    private void epochs(ForgettingTracker tracker, SupervisedRun supervised, Checkpoints checkpoints, Ending ending)
            throws IOException {
        long written = System.nanoTime();
        int saved = trainer.epochs();
        boolean ended = ending.reached();
        if (ended) {
            requirePredictions();
        }
        while (!ended && supervised.proceeds()) {
            EpochMetrics metrics = epoch(tracker, supervised);
            checkpoints.csv.append(metrics);
            checkpoints.weighted.add(trainer.presentations().columns(), metrics);
            ended = ending.reached();
            if (ended) { // before the checkpoint, after which they could not be computed again
                NpyFile.write(run.resolve(RunFolder.PREDICTIONS),
                        NumpyArray.of(trainer.presentations().predictedByExample()));
                AtomicFiles.sync(run);
            }
            if (ended || System.nanoTime() - written >= supervised.checkpointInterval().toNanos()) {
                write(checkpoints);
                written = System.nanoTime();
                saved = trainer.epochs();
            }
        }
        if (saved < trainer.epochs()) {
            write(checkpoints);
        }
    }

    /**
     * Trains an epoch and records it unless the history has it already: a run that was killed between committing an
     * epoch and writing its checkpoint trains that epoch again, to the same bits.
     */
    private EpochMetrics epoch(ForgettingTracker tracker, SupervisedRun supervised) throws IOException {
        return trainer.epochs() < tracker.committedEpochs()
                ? trainer.trainEpoch(supervised)
                : trainer.trainEpoch(tracker, supervised);
    }

    private void write(Checkpoints checkpoints) throws IOException {
        Map<String, NamedArray> states = new LinkedHashMap<>(trainer.optimizerState());
        states.putAll(checkpoints.weighted.arrays());
        checkpoints.folder.write(new TrainingState(identity, trainer.epochs(), trainer.weights(), states,
                checkpoints.csv.rows()));
    }

    /** Refuses a history that ends before the checkpoint: only training from the start gives back what it lost. */
    private void requireAllEpochs(Path history, int committed) {
        if (committed < trainer.epochs()) {
            throw new RunException(history + " has " + committed + " epochs where the checkpoint has "
                    + trainer.epochs() + ", its last ones are lost: put a copy of the file back, or " + fromTheStart());
        }
    }

    /** Refuses to end a run whose last predictions are lost. */
    private void requirePredictions() throws IOException {
        Path file = run.resolve(RunFolder.PREDICTIONS);
        try {
            RunArrays.ints(file, examples.examples());
        } catch (RunException e) {
            throw new RunException(file + " is missing or damaged, and cannot be computed from the checkpoint: put a "
                    + "copy of the file back, or " + fromTheStart(), e);
        }
    }

    private String fromTheStart() {
        return "move " + run.resolve(CheckpointFolder.NAME)
                + " away and go on with the run, which is then trained from "
                + "its first epoch, to the same results";
    }

    private void conclude(ForgettingTracker tracker, WeightedMeans.Sums weighted) throws IOException {
        try (History recorded = tracker.history()) {
            ExampleTables.named(ScoreTable.of(RunAggregate.of(List.of(RunScores.of(recorded)))), data)
                    .writeCsv(run.resolve(RunFolder.SCORES));
        }
        weighted.means().write(run);
    }
}
