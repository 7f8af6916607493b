package dev.lethe.examples;

import dev.lethe.tracker.ForgettingTracker;
import dev.lethe.tracker.History;
import dev.lethe.tracker.LogitRecorder;
import dev.lethe.tracker.TrackerSpec;
import dev.lethe.tracker.score.ForgettingScores;
import java.io.IOException;
import java.util.Arrays;
import java.util.Random;
import java.util.stream.IntStream;

/** A tracker in a plain Java loop: softmax regression, trained by stochastic gradient descent. */
public final class PlainLoop {
    private static final float LEARNING_RATE = 0.05f;

    private PlainLoop() {}

    /** Prints which of 600 examples, 30 of them mislabelled, are never forgotten in 20 epochs. */
    public static void main(String[] arguments) throws IOException {
        NoisyClusters data = NoisyClusters.draw(600, 1);
        int[] unforgettable = unforgettable(data.points(), data.labels(), NoisyClusters.CLASSES, 20);
        System.out.println(unforgettable.length + " of 600 examples are unforgettable, "
                + Arrays.stream(unforgettable).filter(NoisyClusters::mislabelled).count()
                + " of the 30 mislabelled ones: " + Arrays.toString(unforgettable));
    }

    // snippet
    static int[] unforgettable(float[][] points, int[] labels, int classes, int epochs) throws IOException {
        int examples = points.length;
        int[] order = IntStream.range(0, examples).toArray();
        Random random = new Random(1);
        float[][] weights = new float[classes][points[0].length + 1]; // the last one is the bias
        try (ForgettingTracker tracker = ForgettingTracker.inMemory(TrackerSpec.of(examples, epochs))) {
            LogitRecorder recorder = tracker.logitRecorder(classes); // one for each thread that records
            for (int epoch = 0; epoch < epochs; epoch++) {
                shuffle(order, random);
                for (int example : order) {
                    float[] logits = logits(weights, points[example]);
                    recorder.record(example, logits, labels[example]); // before the update
                    update(weights, points[example], logits, labels[example]);
                }
                tracker.commitEpoch();
            }
            try (History history = tracker.history()) {
                return ForgettingScores.of(history).unforgettableIds();
            }
        }
    }
    // end

    private static void shuffle(int[] order, Random random) {
        for (int i = order.length - 1; i > 0; i--) {
            int other = random.nextInt(i + 1);
            int id = order[i];
            order[i] = order[other];
            order[other] = id;
        }
    }

    private static float[] logits(float[][] weights, float[] point) {
        float[] logits = new float[weights.length];
        for (int c = 0; c < logits.length; c++) {
            logits[c] = weights[c][point.length];
            for (int i = 0; i < point.length; i++) {
                logits[c] += weights[c][i] * point[i];
            }
        }
        return logits;
    }

    /** Makes a step down the gradient of the cross-entropy, which is softmax minus one-hot for each logit. */
    private static void update(float[][] weights, float[] point, float[] logits, int label) {
        double sum = 0;
        for (float logit : logits) {
            sum += Math.exp(logit);
        }
        for (int c = 0; c < logits.length; c++) {
            float step = LEARNING_RATE * (float) (Math.exp(logits[c]) / sum - (c == label ? 1 : 0));
            for (int i = 0; i < point.length; i++) {
                weights[c][i] -= step * point[i];
            }
            weights[c][point.length] -= step;
        }
    }
}
