package dev.lethe.examples;

import static dev.lethe.model.Layer.batchNorm;
import static dev.lethe.model.Layer.convolution;
import static dev.lethe.model.Layer.globalAveragePool;
import static dev.lethe.model.Layer.linear;
import static dev.lethe.model.Layer.maxPool;
import static dev.lethe.model.Layer.relu;

import dev.lethe.data.DataSet;
import dev.lethe.kernels.op.Optimizer;
import dev.lethe.model.Layer;
import dev.lethe.model.Network;
import dev.lethe.run.PlanListener;
import dev.lethe.run.Procedure;
import dev.lethe.run.RankingOrder;
import dev.lethe.run.RankingSource;
import dev.lethe.run.RunPlan;
import dev.lethe.run.RunSettings;
import dev.lethe.run.RunSpec;
import dev.lethe.run.Steering;
import dev.lethe.run.execute.PlanExecutor;
import dev.lethe.run.execute.RunEvaluation;
import dev.lethe.run.store.FinishedRun;
import dev.lethe.run.store.RunStore;
import dev.lethe.study.Study;
import dev.lethe.study.StudyOutcome;
import dev.lethe.study.StudyRunner;
import dev.lethe.study.StudySettings;
import dev.lethe.study.forgetting.ForgettingStudy;
import dev.lethe.study.removal.RemovalOptions;
import dev.lethe.study.removal.RemovalStudy;
import dev.lethe.tracker.select.RemovalRule;
import dev.lethe.train.EpochSample;
import dev.lethe.train.Sampler;
import dev.lethe.train.TrainerOptions;
import dev.lethe.train.TrainingConfig;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** A network and a data set of one's own in a resumable run, in the forgetting study, and in a removal study. */
final class OwnNetwork {
    private OwnNetwork() {}

    // @start region="ownNetwork"
    static RunSettings settings(DataSet data) {
        Network network = Network.of("two-blocks", convolution("stem", 8, 3).padding(1).withoutBias(),
                batchNorm("norm"), relu(), maxPool(2),
                new Layer.Residual(List.of(convolution("block.conv", 8, 3).padding(1).withoutBias(),
                        batchNorm("block.norm")), List.of()), // an empty shortcut is the identity
                relu(), globalAveragePool(), linear("classes", data.classes()));
        TrainingConfig config = TrainingConfig.of(new Optimizer.Sgd(0.9f, true, 5e-4f)) // momentum, Nesterov, decay
                .withEpochs(2).withBatch(32).withLearningRate(0.05f);
        return RunSettings.of(data, network, config).on("auto", 2); // backend and threads
    }
    // @end

    // @start region="resumableRun"
    static FinishedRun train(DataSet data, Path runs) throws IOException {
        RunSpec spec = RunSpec.of(settings(data).withSeed(1));
        RunStore store = new RunStore(runs, PlanListener.NONE);
        return new PlanExecutor(store, 1, PlanListener.NONE).execute(RunPlan.of(List.of(spec))).get(spec);
    }
    // @end

    // @start region="steeredRun"
    static FinishedRun trainOnHardOnes(DataSet data, int[] hardOnes, Path runs) throws IOException {
        Sampler sampler = Sampler.ofSize(hardOnes.length, (epoch, shuffled) -> EpochSample.of(hardOnes));
        Steering steering = new Steering("hard ones alone, unshuffled", TrainerOptions.DEFAULT.withSampler(sampler));
        RunSpec spec = RunSpec.of(settings(data).withSeed(1)).with(Procedure.TRACKED.steeredBy(steering));
        RunStore store = new RunStore(runs, PlanListener.NONE);
        return new PlanExecutor(store, 1, PlanListener.NONE).execute(RunPlan.of(List.of(spec))).get(spec);
    }
    // @end

    // @start region="testedRun"
    static double testAccuracy(FinishedRun run, DataSet data) throws IOException {
        return RunEvaluation.of(run.folder()).withData(data).test("auto", 2).accuracy();
    }
    // @end

    // @start region="ownStudy"
    static StudyOutcome forgetting(DataSet data, Path folder) throws IOException {
        StudySettings settings = StudySettings.of(settings(data), 2); // seeds 1 and 2
        RunStore store = new RunStore(folder.resolve("runs"), PlanListener.NONE);
        return new StudyRunner(new ForgettingStudy(), settings, store, PlanListener.NONE)
                .run(folder.resolve("forgetting"), 1, "the command that repeats it");
    }
    // @end

    // @start region="ownScores"
    static StudyOutcome removal(DataSet data, double[] scores, Path folder) throws IOException {
        Study study = new RemovalStudy(new RemovalOptions(List.of(0.25, 0.5), 0, RemovalOptions.Protocol.EPOCHS),
                List.of(RemovalRule.parse("easiest:forgetting"), RemovalRule.RANDOM), // by the scores, and at random
                new RemovalStudy.Blocks(List.of(), 0.1), // no blocks
                new RankingSource.Values("my score", scores, RankingOrder.HARD_FIRST));
        RunStore store = new RunStore(folder.resolve("runs"), PlanListener.NONE);
        return new StudyRunner(study, StudySettings.of(settings(data), 2), store, PlanListener.NONE)
                .run(folder.resolve("removal"), 1, "the command that repeats it");
    }
    // @end
}
