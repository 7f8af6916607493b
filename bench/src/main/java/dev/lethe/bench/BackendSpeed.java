package dev.lethe.bench;

import dev.lethe.kernels.Backend;
import dev.lethe.kernels.BackendUnavailableException;
import dev.lethe.kernels.Backends;
import dev.lethe.kernels.op.Augmentation;
import dev.lethe.kernels.op.ConvolutionChoice;
import dev.lethe.kernels.op.Optimizer;
import dev.lethe.kernels.tensor.DType;
import dev.lethe.model.ModelZoo;
import dev.lethe.train.Arithmetic;
import dev.lethe.train.Trainer;
import dev.lethe.train.TrainingConfig;
import dev.lethe.train.TrainingListener;
import java.io.IOException;
import java.io.PrintStream;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;

/**
 * A measurement of the speed of two backends for each network of the zoo: steps in f32 on the same images, with the
 * convolutions that {@code --conv auto} chooses. The backends take turns of half a second, so that other load on the
 * machine slows both, and the medians of their turns are compared.
 *
 * <p>Usage: {@code ./lethe bench --speed BACKEND BACKEND [NETWORK...]}, as in {@code --speed cpu vector}. Exit codes: 0
 * measured, 2 wrong usage.
 */
public final class BackendSpeed {
    private static final int STEPS_OF_EPOCH = 4;
    private static final Map<String, Integer> BATCHES = Map.of("mnist-cnn", 64, "mlp", 64, "resnet20", 64, "resnet18",
            32, "resnet34", 32, "airbench94", 128, "wrn-28-10", 8);
    private static final int BATCH = 32; // of other networks

    private final Backend first;
    private final Backend second;
    private final Effort effort;
    private final PrintStream out;

    /**
     * The time for a measurement.
     *
     * @param warmUpSeconds time for each backend until the JIT has compiled everything
     * @param turns number of turns of each backend
     * @param turnSeconds least length of a turn
     */
    record Effort(double warmUpSeconds, int turns, double turnSeconds) {}

    BackendSpeed(Backend first, Backend second, Effort effort, PrintStream out) {
        this.first = first;
        this.second = second;
        this.effort = effort;
        this.out = out;
    }

    /** Measures, prints a line for each network, and exits. */
    public static void main(String[] arguments) throws IOException {
        if (arguments.length < 2 || arguments[0].startsWith("-")) {
            System.err.println("usage: ./lethe bench --speed BACKEND BACKEND [NETWORK...]");
            System.exit(2);
        }
        List<String> names = arguments.length > 2
                ? List.of(arguments).subList(2, arguments.length)
                : StreamSupport.stream(ModelZoo.names().spliterator(), false).toList();
        int threads = Runtime.getRuntime().availableProcessors();
        try (Backend first = Backends.open(arguments[0], threads);
                Backend second = Backends.open(arguments[1], threads)) {
            new BackendSpeed(first, second, new Effort(8, 15, 0.5), System.out).measure(names);
        } catch (BackendUnavailableException | IllegalArgumentException e) {
            System.err.println(e.getMessage());
            System.exit(2);
        }
    }

    void measure(List<String> networks) throws IOException {
        out.printf("%s (%s) against %s (%s), %d threads, images/s%n", second.info().name(), second.info().version(),
                first.info().name(), first.info().version(), first.info().threads());
        for (String network : networks) {
            measure(network);
        }
    }

    private void measure(String network) throws IOException {
        int batch = BATCHES.getOrDefault(network, BATCH);
        try (Runner a = new Runner(first, network, batch); Runner b = new Runner(second, network, batch)) {
            a.run(effort.warmUpSeconds);
            b.run(effort.warmUpSeconds);
            double[] ofFirst = new double[effort.turns];
            double[] ofSecond = new double[effort.turns];
            for (int turn = 0; turn < effort.turns; turn++) {
                ofFirst[turn] = a.run(effort.turnSeconds);
                ofSecond[turn] = b.run(effort.turnSeconds);
            }
            out.printf(Locale.ROOT, "%-10s batch %3d  %s %.1f  %s %.1f  ratio %.2f  (%s against %s)%n", network, batch,
                    first.info().name(), median(ofFirst), second.info().name(), median(ofSecond),
                    median(ofSecond) / median(ofFirst), b.trainer.kernels(), a.trainer.kernels());
        }
    }

    static double median(double[] values) {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        return sorted[sorted.length / 2];
    }

    /** A training that never ends. */
    private static final class Runner implements AutoCloseable {
        private final Trainer trainer;
        private final int batch;
        private Trainer.@Nullable Epoch epoch;

        Runner(Backend backend, String network, int batch) {
            this.batch = batch;
            TrainingConfig config = TrainingConfig.of(new Optimizer.Sgd(0.9f, true, 5e-4f))
                    .withEpochs(Integer.MAX_VALUE / STEPS_OF_EPOCH).withBatch(batch).withLearningRate(5e-5f)
                    .withAugmentation(Augmentation.cropAndFlip()).withLabelSmoothing(0.1f);
            trainer = new Trainer(backend, ModelZoo.create(network, NoiseImages.CLASSES),
                    NoiseImages.of(network, STEPS_OF_EPOCH * batch), config,
                    Arithmetic.of(DType.F32, ConvolutionChoice.FASTEST));
        }

        /** Trains whole steps for at least a time and returns the images per second of the steps alone. */
        double run(double seconds) throws IOException {
            long nanos = 0;
            long images = 0;
            while (nanos < seconds * 1e9) {
                if (epoch == null) {
                    epoch = trainer.beginEpoch(TrainingListener.NONE);
                }
                long begin = System.nanoTime();
                boolean stepped = epoch.step();
                if (stepped) {
                    nanos += System.nanoTime() - begin;
                    images += batch;
                } else {
                    epoch.end();
                    epoch = null;
                }
            }
            return images * 1e9 / nanos;
        }

        @Override
        public void close() {
            trainer.close();
        }
    }
}
