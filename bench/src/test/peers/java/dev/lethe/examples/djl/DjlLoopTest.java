package dev.lethe.examples.djl;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.Model;
import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.core.Linear;
import ai.djl.training.DefaultTrainingConfig;
import ai.djl.training.EasyTrain;
import ai.djl.training.Trainer;
import ai.djl.training.dataset.ArrayDataset;
import ai.djl.training.dataset.Batch;
import ai.djl.training.listener.TrainingListenerAdapter;
import ai.djl.training.loss.Loss;
import ai.djl.training.optimizer.Optimizer;
import ai.djl.translate.Batchifier;
import dev.lethe.examples.NoisyClusters;
import dev.lethe.tracker.EpochTotals;
import dev.lethe.tracker.ForgettingTracker;
import dev.lethe.tracker.History;
import dev.lethe.tracker.RunningSum;
import dev.lethe.tracker.TrackerSpec;
import java.util.Arrays;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The build gives tests of this tag a JVM of their own. */
@Tag("djl")
class DjlLoopTest {
    private static final NoisyClusters DATA = NoisyClusters.draw(600, 1);
    private static final int EPOCHS = 4;

    @BeforeAll
    static void fixTheSeed() {
        Engine.getEngine("PyTorch").setRandomSeed(1);
    }

    /** A listener with the same bookkeeping in DJL's own operations, which tells examples by their points. */
    private static final class Literal extends TrainingListenerAdapter {
        private final boolean[][] correct = new boolean[EPOCHS][600];
        private final double[] margin = new double[600];
        private final double[] el2n = new double[600];
        private final double[] probability = new double[600];
        private final double[] loss = new double[600];
        private int epoch;

        @Override
        public void onTrainingBatch(Trainer trainer, BatchData batch) {
            NDArray points = batch.getBatch().getData().head();
            NDArray labels = batch.getBatch().getLabels().head();
            NDArray logits = batch.getPredictions().values().iterator().next().head();
            NDArray oneHot = labels.oneHot(NoisyClusters.CLASSES);
            boolean[] right = logits.argMax(1).toType(DataType.INT32, false).eq(labels).toBooleanArray();
            NDArray ofLabel = logits.mul(oneHot).sum(new int[]{1});
            float[] margins = ofLabel.sub(logits.sub(oneHot.mul(1e9)).max(new int[]{1})).toFloatArray();
            float[] norms = logits.softmax(1).sub(oneHot).norm(new int[]{1}).toFloatArray();
            float[] probabilities = logits.softmax(1).mul(oneHot).sum(new int[]{1}).toFloatArray();
            float[] losses = logits.logSoftmax(1).mul(oneHot).sum(new int[]{1}).neg().toFloatArray();
            for (int row = 0; row < right.length; row++) {
                int example = find(points.get(row).toFloatArray());
                correct[epoch][example] = right[row];
                margin[example] += margins[row];
                el2n[example] += norms[row];
                probability[example] += probabilities[row];
                loss[example] += losses[row];
            }
        }

        private static int find(float[] point) {
            int example = 0;
            while (!Arrays.equals(DATA.points()[example], point)) {
                example++;
            }
            return example;
        }

        @Override
        public void onEpoch(Trainer trainer) {
            epoch++;
        }
    }

    @Test
    void shouldTrackWhatDjlPredicts() throws Exception {
        Literal literal = new Literal();
        try (Model model = Model.newInstance("softmax regression", "PyTorch");
                ForgettingTracker tracker = ForgettingTracker.inMemory(TrackerSpec.of(600, EPOCHS))) {
            model.setBlock(Linear.builder().setUnits(NoisyClusters.CLASSES).build());
            DefaultTrainingConfig config = new DefaultTrainingConfig(Loss.softmaxCrossEntropyLoss())
                    .optOptimizer(Optimizer.sgd()
                            .setLearningRateTracker(ai.djl.training.tracker.Tracker.fixed(0.1f)).build())
                    .addTrainingListeners(new TrackerListener(tracker), literal);
            try (Trainer trainer = model.newTrainer(config)) {
                trainer.initialize(new Shape(1, 2));
                NDManager manager = trainer.getManager();
                // 600 is no multiple of 64: the last batch is smaller
                EasyTrain.fit(trainer, EPOCHS, new ArrayDataset.Builder().setData(manager.create(DATA.points()))
                        .optLabels(manager.create(DATA.labels())).setSampling(64, true).build(), null);
            }
            try (History history = tracker.history()) {
                assertSame(literal, history);
            }
        }
    }

    private static void assertSame(Literal literal, History history) {
        assertEquals(EPOCHS, history.epochs());
        for (int epoch = 0; epoch < EPOCHS; epoch++) {
            int correct = 0;
            for (int example = 0; example < 600; example++) {
                assertEquals(literal.correct[epoch][example], history.correct(epoch + 1, example));
                correct += literal.correct[epoch][example] ? 1 : 0;
            }
            assertEquals(new EpochTotals(600, correct, true), history.totals(epoch + 1));
        }
        for (int example = 0; example < 600; example++) {
            assertEquals(literal.margin[example], history.sum(RunningSum.MARGIN, example), 1e-3);
            assertEquals(literal.el2n[example], history.sum(RunningSum.EL2N, example), 1e-4);
            assertEquals(literal.probability[example], history.sum(RunningSum.PROBABILITY, example), 1e-4);
            assertEquals(literal.loss[example], history.sum(RunningSum.LOSS, example), 1e-3);
        }
    }

    @Test
    void shouldRefuseABatchThatDoesNotSayWhichExamplesItHolds() throws Exception {
        DefaultTrainingConfig config = new DefaultTrainingConfig(Loss.softmaxCrossEntropyLoss());
        try (Model model = Model.newInstance("softmax regression", "PyTorch");
                ForgettingTracker tracker = ForgettingTracker.inMemory(TrackerSpec.of(600, EPOCHS))) {
            model.setBlock(Linear.builder().setUnits(NoisyClusters.CLASSES).build());
            try (Trainer trainer = model.newTrainer(config.addTrainingListeners(new TrackerListener(tracker)))) {
                trainer.initialize(new Shape(1, 2));
                NDManager manager = trainer.getManager().newSubManager();
                try (Batch batch = new Batch(manager, new NDList(manager.create(new float[][]{{1, 2}})),
                        new NDList(manager.create(new int[]{0})), 1, Batchifier.STACK, Batchifier.STACK, 0, 1)) {
                    IllegalStateException refused = assertThrows(IllegalStateException.class,
                            () -> EasyTrain.trainBatch(trainer, batch));
                    assertTrue(refused.getMessage().startsWith("labels=1 of a batch with ids=null"),
                            refused.getMessage());
                }
            }
        }
    }

    @Test
    void shouldFindThatFewMislabelledExamplesAreUnforgettableAndMostOthersAre() throws Exception {
        int[] unforgettable = DjlLoop.unforgettable(DATA.points(), DATA.labels(), NoisyClusters.CLASSES, 20);
        long mislabelled = Arrays.stream(unforgettable).filter(NoisyClusters::mislabelled).count();
        assertTrue(mislabelled <= 2, mislabelled + " of 30");
        assertTrue(unforgettable.length > 0.85 * 570, unforgettable.length + " of 570");
    }
}
