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
import java.lang.foreign.ValueLayout;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;
import java.util.stream.StreamSupport;

/**
 * A comparison of the training of two backends: each network of the zoo from the same initial values on the same
 * images, moved and mirrored, for twenty steps. The loss of the first step, before any update, tells whether the
 * forward passes agree, that of the second whether gradients and updates do. Afterwards rounding errors grow, faster
 * with larger steps: the losses of ResNet-34 on one and on two threads of a processor differ by four in a thousand at
 * this learning rate, by three in a hundred at four times as much.
 *
 * <p>Usage: {@code ./lethe bench --agree BACKEND BACKEND [NETWORK...]}, as in {@code --agree cpu cudnn}. Exit codes: 0
 * they agree, 1 they do not, 2 wrong usage.
 */
public final class BackendAgreement {
    private static final int STEPS = 20;
    private static final int BATCH = 16;
    private static final TrainingConfig CONFIG = TrainingConfig.of(new Optimizer.Sgd(0.9f, true, 5e-4f))
            .withBatch(BATCH).withLearningRate(5e-5f).withAugmentation(Augmentation.cropAndFlip())
            .withLabelSmoothing(0.1f);

    private final Backend expected;
    private final Backend actual;
    private final PrintStream out;

    BackendAgreement(Backend expected, Backend actual, PrintStream out) {
        this.expected = expected;
        this.actual = actual;
        this.out = out;
    }

    /** Compares, prints a line for each network and type, and exits. */
    public static void main(String[] arguments) throws IOException {
        if (arguments.length < 2 || arguments[0].startsWith("-")) {
            System.err.println("usage: ./lethe bench --agree BACKEND BACKEND [NETWORK...]");
            System.exit(2);
        }
        List<String> names = arguments.length > 2
                ? List.of(arguments).subList(2, arguments.length)
                : StreamSupport.stream(ModelZoo.names().spliterator(), false).toList();
        int threads = Runtime.getRuntime().availableProcessors();
        try (Backend expected = Backends.open(arguments[0], threads);
                Backend actual = Backends.open(arguments[1], threads)) {
            System.exit(new BackendAgreement(expected, actual, System.out).agree(names) ? 0 : 1);
        } catch (BackendUnavailableException | IllegalArgumentException e) {
            System.err.println(e.getMessage());
            System.exit(2);
        }
    }

    boolean agree(List<String> networks) throws IOException {
        boolean all = true;
        out.printf("%s on %s against %s on %s, %d steps of %d images%n", actual.info().name(), actual.info().device(),
                expected.info().name(), expected.info().device(), STEPS, BATCH);
        for (String network : networks) {
            for (DType type : List.of(DType.F32, DType.BF16)) {
                if (expected.info().activationTypes().contains(type)
                        && actual.info().activationTypes().contains(type)) {
                    all &= agree(network, type);
                }
            }
        }
        return all;
    }

    private boolean agree(String network, DType type) throws IOException {
        double[] losses = losses(expected, network, type);
        double[] others = losses(actual, network, type);
        double first = Math.max(difference(losses[0], others[0]), difference(losses[1], others[1]));
        double most = IntStream.range(0, STEPS).mapToDouble(step -> difference(losses[step], others[step])).max()
                .orElseThrow();
        double firstLimit = type == DType.F32 ? 1e-4 : 2e-2;
        double limit = type == DType.F32 ? 2e-2 : 1e-1;
        boolean agrees = first <= firstLimit && most <= limit;
        out.printf(Locale.ROOT, "%-4s %-10s %-4s loss %.5f to %.5f; relative difference %.1e (limit %.0e) in the first "
                + "two steps, %.1e (%.0e) at most%n", agrees ? "ok" : "FAIL", network, type.label(), losses[0],
                losses[STEPS - 1], first, firstLimit, most, limit);
        return agrees;
    }

    private static double difference(double expected, double actual) {
        double difference = Math.abs(expected - actual) / expected;
        return Double.isNaN(difference) ? Double.POSITIVE_INFINITY : difference;
    }

    /** Returns the mean loss of each step. */
    private static double[] losses(Backend backend, String name, DType type) throws IOException {
        Arithmetic arithmetic = Arithmetic.of(type, ConvolutionChoice.DIRECT);
        try (Trainer trainer = new Trainer(backend, ModelZoo.create(name, NoiseImages.CLASSES),
                NoiseImages.of(name, STEPS * BATCH), CONFIG, arithmetic)) {
            trainer.train(TrainingListener.NONE);
            float[] losses = trainer.presentations().columns().losses().toArray(ValueLayout.JAVA_FLOAT);
            return IntStream.range(0, STEPS).mapToDouble(step -> IntStream.range(step * BATCH, (step + 1) * BATCH)
                    .mapToDouble(i -> losses[i]).average().orElseThrow()).toArray();
        }
    }
}
