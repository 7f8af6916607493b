package dev.lethe.examples.djl;

import ai.djl.Model;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Activation;
import ai.djl.nn.SequentialBlock;
import ai.djl.nn.core.Linear;
import ai.djl.training.DefaultTrainingConfig;
import ai.djl.training.EasyTrain;
import ai.djl.training.Trainer;
import ai.djl.training.dataset.ArrayDataset;
import ai.djl.training.loss.Loss;
import ai.djl.training.optimizer.Optimizer;
import ai.djl.training.tracker.Tracker;
import ai.djl.translate.TranslateException;
import dev.lethe.examples.NoisyClusters;
import dev.lethe.tracker.ForgettingTracker;
import dev.lethe.tracker.History;
import dev.lethe.tracker.TrackerSpec;
import dev.lethe.tracker.score.ForgettingScores;
import java.io.IOException;
import java.util.Arrays;

/** A tracker in a training loop of DJL, with its PyTorch engine: a perceptron with one hidden layer. */
public final class DjlLoop {
    private DjlLoop() {}

    /**
     * Prints which of 600 examples, 30 of them mislabelled, are never forgotten in 20 epochs. DJL unpacks PyTorch from
     * the class path into {@code ~/.djl.ai}, or into {@code DJL_CACHE_DIR}, and downloads nothing.
     */
    public static void main(String[] arguments) throws IOException, TranslateException {
        System.setProperty("ai.djl.offline", "true");
        NoisyClusters data = NoisyClusters.draw(600, 1);
        int[] unforgettable = unforgettable(data.points(), data.labels(), NoisyClusters.CLASSES, 20);
        System.out.println(unforgettable.length + " of 600 examples are unforgettable, "
                + Arrays.stream(unforgettable).filter(NoisyClusters::mislabelled).count()
                + " of the 30 mislabelled ones: " + Arrays.toString(unforgettable));
    }

    // snippet
    static int[] unforgettable(float[][] points, int[] labels, int classes, int epochs)
            throws IOException, TranslateException {
        try (Model model = Model.newInstance("clusters", "PyTorch");
                ForgettingTracker tracker = ForgettingTracker.inMemory(TrackerSpec.of(points.length, epochs))) {
            model.setBlock(new SequentialBlock().add(Linear.builder().setUnits(16).build())
                    .add(Activation.reluBlock()).add(Linear.builder().setUnits(classes).build()));
            var config = new DefaultTrainingConfig(Loss.softmaxCrossEntropyLoss())
                    .optOptimizer(Optimizer.sgd().setLearningRateTracker(Tracker.fixed(0.1f)).build())
                    .addTrainingListeners(new TrackerListener(tracker));
            try (Trainer trainer = model.newTrainer(config)) {
                trainer.initialize(new Shape(1, points[0].length));
                NDManager manager = trainer.getManager();
                var data = new ArrayDataset.Builder().setData(manager.create(points))
                        .optLabels(manager.create(labels)).setSampling(32, true).build();
                EasyTrain.fit(trainer, epochs, data, null);
            }
            try (History history = tracker.history()) {
                return ForgettingScores.of(history).unforgettableIds();
            }
        }
    }
    // end
}
