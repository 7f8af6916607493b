package dev.lethe.run.execute;

import dev.lethe.data.DataSet;
import dev.lethe.kernels.Backend;
import dev.lethe.kernels.ResourceStack;
import dev.lethe.model.Network;
import dev.lethe.run.Procedure;
import dev.lethe.run.store.MetricsCsv;
import dev.lethe.run.store.RunFolder;
import dev.lethe.run.store.TasksCsv;
import dev.lethe.train.Arithmetic;
import dev.lethe.train.EpochMetrics;
import dev.lethe.train.Trainer;
import dev.lethe.train.TrainingConfig;
import dev.lethe.train.checkpoint.RunIdentity;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/** Training of two tasks in turn: a trainer for each, which takes the weights of the other when its turn comes. */
final class AlternatingProcedure implements RunnableProcedure {
    private final Procedure.Alternating tasks;
    private final Trainer first;
    private final Trainer second;
    private final ResourceStack trainers;
    private final Path folder;

    /** Compiles the network for both tasks; the test set of each is both tasks together. */
    AlternatingProcedure(Procedure.Alternating tasks, TaskSplit split, Backend backend, Network network, DataSet data,
            TrainingConfig config, Arithmetic arithmetic, Path folder) {
        this.tasks = tasks;
        this.folder = folder;
        // a schedule spans all epochs, and every epoch takes its place in it whichever task it is of
        TrainingConfig whole = config.stretched((double) tasks.allEpochs() / config.epochs());
        int[] both = IntStream.concat(IntStream.of(split.first()), IntStream.of(split.second())).toArray();
        DataSet tested = data.withTrainExamples(both);
        try (ResourceStack opening = new ResourceStack()) {
            first = opening.own(
                    new Trainer(backend, network, task(data, split.first(), tested), whole, arithmetic),
                    Trainer::close);
            second = opening.own(
                    new Trainer(backend, network, task(data, split.second(), tested), whole, arithmetic),
                    Trainer::close);
            trainers = opening.keep();
        }
    }

    private static DataSet task(DataSet data, int[] ids, DataSet tested) {
        return new DataSet(data.name(), data.withTrainExamples(ids).train(), tested.train(), data.classNames(),
                data.normalization());
    }

    @Override
    public boolean run(RunIdentity identity, SupervisedRun supervised) throws IOException {
        List<TasksCsv.Row> rows = new ArrayList<>();
        MetricsCsv csv = MetricsCsv.create(folder.resolve(RunFolder.METRICS));
        Trainer before = first;
        while (rows.size() < tasks.allEpochs() && supervised.proceeds()) {
            boolean onFirst = rows.size() / tasks.epochs() % 2 == 0;
            Trainer trainer = onFirst ? first : second;
            if (trainer != before) {
                trainer.restore(rows.size(), before.weights(), before.optimizerState());
                before = trainer;
            }
            EpochMetrics metrics = trainer.trainEpoch(supervised);
            csv.append(metrics);
            rows.add(new TasksCsv.Row(rows.size() + 1, onFirst ? 1 : 2, accuracy(trainer, 0),
                    accuracy(trainer, tasks.examples())));
        }
        TasksCsv.write(folder, rows);
        return rows.size() == tasks.allEpochs();
    }

    private double accuracy(Trainer trainer, int from) {
        return (double) trainer.testPredictions().correctCount(from, tasks.examples()) / tasks.examples();
    }

    @Override
    public Trainer trainer() {
        return first;
    }

    @Override
    public int epochs() {
        return Math.max(first.epochs(), second.epochs());
    }

    @Override
    public long memory() {
        return first.memory().total() + second.memory().total();
    }

    @Override
    public void close() {
        trainers.close();
    }
}
