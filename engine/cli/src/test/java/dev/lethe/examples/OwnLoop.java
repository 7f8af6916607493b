package dev.lethe.examples;

import dev.lethe.tracker.ForgettingTracker;
import dev.lethe.tracker.History;
import dev.lethe.tracker.LogitRecorder;
import dev.lethe.tracker.TrackerSpec;
import dev.lethe.tracker.score.ForgettingScores;
import dev.lethe.train.checkpoint.NamedArray;
import dev.lethe.train.checkpoint.Safetensors;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** A loop of one's own in several threads, which goes on where it was killed, and is watched while it trains. */
final class OwnLoop {
    static final int CLASSES = 3;

    private OwnLoop() {}

    /** Trains on 240 points, for a number of epochs, in a folder: the program that is killed. */
    public static void main(String[] arguments) throws Exception {
        train(points(240), CLASSES, Integer.parseInt(arguments[1]), 2, Path.of(arguments[0]));
    }

    /**
     * A point in the plane and its class.
     *
     * @param input the coordinates and a 1, which the bias belongs to
     */
    record Example(float[] input, int label) {}

    /** Draws points around the corners of a triangle, close enough to overlap. */
    static List<Example> points(int count) {
        Random random = new Random(1);
        List<Example> points = new ArrayList<>();
        for (int id = 0; id < count; id++) {
            double angle = 2 * Math.PI * id / CLASSES;
            points.add(new Example(new float[]{(float) (2 * Math.cos(angle) + random.nextGaussian()),
                    (float) (2 * Math.sin(angle) + random.nextGaussian()), 1}, id % CLASSES));
        }
        return points;
    }

    // @start region="ownLoop"
    static void train(List<Example> data, int classes, int epochs, int threads, Path folder)
            throws IOException, InterruptedException, ExecutionException {
        Path file = folder.resolve("history.lethe");
        Path checkpoint = folder.resolve("weights.safetensors");
        TrackerSpec spec = TrackerSpec.of(data.size(), epochs);
        float[] weights = new float[classes * 3]; // (classes, inputs)
        int trained = 0;
        if (Files.exists(checkpoint)) {
            Safetensors saved = Safetensors.read(checkpoint);
            weights = saved.arrays().values().iterator().next().floats();
            trained = Integer.parseInt(saved.metadata().getOrDefault("epochs", "0"));
        }
        try (ForgettingTracker tracker = Files.exists(file)
                ? ForgettingTracker.resume(file, spec, trained) // drops an epoch that is ahead of the checkpoint
                : ForgettingTracker.create(file, spec);
                ExecutorService workers = Executors.newFixedThreadPool(threads)) {
            ThreadLocal<LogitRecorder> recorder = ThreadLocal.withInitial(() -> tracker.logitRecorder(classes));
            while (tracker.committedEpochs() < epochs) {
                float[] before = weights.clone();
                List<Callable<float[]>> shards = new ArrayList<>();
                for (int t = 0; t < threads; t++) {
                    int first = t; // an example goes to one thread
                    shards.add(() -> gradient(data, before, classes, first, threads, recorder.get()));
                }
                for (Future<float[]> shard : workers.invokeAll(shards)) { // which waits for all recorders
                    for (int i = 0; i < weights.length; i++) {
                        weights[i] -= 2f / data.size() * shard.get()[i];
                    }
                }
                int done = tracker.commitEpoch(); // first the history, then the checkpoint
                NamedArray array = NamedArray.of("weights", List.of(classes, 3), weights);
                new Safetensors(Map.of("weights", array), Map.of("epochs", "" + done)).write(checkpoint);
            }
        }
    }

    private static float[] gradient(List<Example> data, float[] weights, int classes, int first, int step,
            LogitRecorder recorder) {
        float[] gradient = new float[weights.length];
        for (int id = first; id < data.size(); id += step) {
            Example example = data.get(id);
            float[] logits = new float[classes];
            for (int i = 0; i < weights.length; i++) {
                logits[i / 3] += weights[i] * example.input[i % 3];
            }
            recorder.record(id, logits, example.label);
            double sum = 0;
            for (float logit : logits) {
                sum += Math.exp(logit);
            }
            for (int i = 0; i < weights.length; i++) { // softmax less one-hot, times the input
                double error = Math.exp(logits[i / 3]) / sum - (i / 3 == example.label ? 1 : 0);
                gradient[i] += (float) error * example.input[i % 3];
            }
        }
        return gradient;
    }
    // @end

    // @start region="liveReader"
    static String progress(Path folder) throws IOException { // from another process, while training writes the file
        try (History history = History.open(folder.resolve("history.lethe"))) {
            int learned = history.epochs() == 0 ? 0 : ForgettingScores.of(history).unforgettableCount();
            return "epoch " + history.epochs() + ": " + learned + " of " + history.examples() + " unforgettable";
        }
    }
    // @end
}
