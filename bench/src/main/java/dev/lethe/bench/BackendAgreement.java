package dev.lethe.bench;

import static java.util.stream.Collectors.joining;

import dev.lethe.kernels.Backend;
import dev.lethe.kernels.BackendFailedException;
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
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/**
 * A comparison of the training of two backends: each network of the zoo from the same initial values on the same
 * images, moved and mirrored, for twenty steps. The loss of the first step, before any update, tells whether the
 * forward passes agree, that of the second whether gradients and updates do. Afterwards rounding errors grow, faster
 * with larger steps: the losses of ResNet-34 on one and on two threads of a processor differ by four in a thousand at
 * this learning rate, by three in a hundred at four times as much.
 *
 * <p>A backend that is compared with itself must train to the same bits: losses and parameters, with the convolutions
 * and batches of the benchmarks.
 *
 * <p>A backend that fails ends the comparison: after a failure of a device, no call on it may succeed in this process.
 *
 * <p>Usage: {@code ./lethe bench --agree BACKEND BACKEND [NETWORK...]}, as in {@code --agree cpu cudnn}. Exit codes: 0
 * they agree, 1 they do not, 2 wrong usage or a backend that is not available, 3 a backend failed.
 */
public final class BackendAgreement {
    private static final int STEPS = 20;
    private static final int BATCH = 16;
    private static final int BATCH_OF_BENCHMARKS = 512;
    private static final TrainingConfig CONFIG = TrainingConfig.of(new Optimizer.Sgd(0.9f, true, 5e-4f))
            .withLearningRate(5e-5f).withAugmentation(Augmentation.cropAndFlip()).withLabelSmoothing(0.1f);

    /** A verdict, with its exit code. */
    enum Verdict {
        AGREES(0), DISAGREES(1), DOES_NOT_RUN(3);

        private final int exitCode;

        Verdict(int exitCode) {
            this.exitCode = exitCode;
        }

        int exitCode() {
            return exitCode;
        }
    }

    /** A network in a type, which is compared at once. */
    private record Comparison(String network, DType type) {
        @Override
        public String toString() {
            return network + " " + type.label();
        }
    }

    /** The result of a training: the loss of each presentation, and the parameters by name. */
    private record Training(float[] losses, Map<String, float[]> parameters) {}

    private final Backend expected;
    private final Backend actual;
    private final boolean sameBits;
    private final int batch;
    private final PrintStream out;

    BackendAgreement(Backend expected, Backend actual, PrintStream out) {
        this(expected, actual, isSame(expected, actual) ? BATCH_OF_BENCHMARKS : BATCH, out);
    }

    BackendAgreement(Backend expected, Backend actual, int batch, PrintStream out) {
        this.expected = expected;
        this.actual = actual;
        sameBits = isSame(expected, actual);
        this.batch = batch;
        this.out = out;
    }

    private static boolean isSame(Backend expected, Backend actual) {
        return expected.info().name().equals(actual.info().name());
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
            System.exit(new BackendAgreement(expected, actual, System.out).compare(names).exitCode());
        } catch (BackendFailedException e) {
            System.err.println(e.getMessage());
            System.exit(Verdict.DOES_NOT_RUN.exitCode());
        } catch (BackendUnavailableException | IllegalArgumentException e) {
            System.err.println(e.getMessage());
            System.exit(2);
        }
    }

    /** Compares networks until a backend fails. */
    Verdict compare(List<String> networks) throws IOException {
        out.printf("%s on %s against %s on %s, %d steps of %d images%n", actual.info().name(), actual.info().device(),
                expected.info().name(), expected.info().device(), STEPS, batch);
        List<Comparison> comparisons = networks.stream()
                .flatMap(network -> types().map(type -> new Comparison(network, type))).toList();
        Verdict verdict = Verdict.AGREES;
        for (int i = 0; i < comparisons.size(); i++) {
            Comparison comparison = comparisons.get(i);
            try {
                if (!agree(comparison)) {
                    verdict = Verdict.DISAGREES;
                }
            } catch (BackendFailedException e) {
                out.printf("DEAD %-10s %-4s does not run: %s%n", comparison.network(), comparison.type().label(),
                        e.getMessage());
                nameUncompared(comparisons.subList(i + 1, comparisons.size()));
                return Verdict.DOES_NOT_RUN;
            }
        }
        return verdict;
    }

    /** Returns the types of activations that both backends have, the one of the benchmarks first for the same bits. */
    private Stream<DType> types() {
        return (sameBits ? Stream.of(DType.BF16, DType.F32) : Stream.of(DType.F32, DType.BF16))
                .filter(type -> expected.info().activationTypes().contains(type)
                        && actual.info().activationTypes().contains(type));
    }

    private void nameUncompared(List<Comparison> remaining) {
        if (!remaining.isEmpty()) {
            out.printf("Not compared, since the backend may not run again in this process: %s; name their networks in "
                    + "another call.%n", remaining.stream().map(Comparison::toString).collect(joining(", ")));
        }
    }

    private boolean agree(Comparison comparison) throws IOException {
        Training one = train(expected, comparison);
        Training other = train(actual, comparison);
        return sameBits ? haveTheSameBits(comparison, one, other) : haveLikeLosses(comparison, one, other);
    }

    private boolean haveTheSameBits(Comparison comparison, Training one, Training other) {
        List<String> different = Stream
                .concat(Arrays.equals(one.losses(), other.losses()) ? Stream.empty() : Stream.of("losses"),
                        one.parameters().keySet().stream().filter(name -> !Arrays
                                .equals(one.parameters().get(name), other.parameters().get(name))))
                .toList();
        out.printf("%-4s %-10s %-4s %s%n", different.isEmpty() ? "ok" : "FAIL", comparison.network(),
                comparison.type().label(), different.isEmpty()
                        ? "the same bits in losses and " + one.parameters().size() + " parameters"
                        : "other bits in " + String.join(", ", different));
        return different.isEmpty();
    }

    private boolean haveLikeLosses(Comparison comparison, Training one, Training other) {
        DType type = comparison.type();
        double[] losses = means(one);
        double[] others = means(other);
        double first = Math.max(difference(losses[0], others[0]), difference(losses[1], others[1]));
        double most = IntStream.range(0, STEPS).mapToDouble(step -> difference(losses[step], others[step])).max()
                .orElseThrow();
        double firstLimit = type == DType.F32 ? 1e-4 : 2e-2;
        double limit = type == DType.F32 ? 2e-2 : 1e-1;
        boolean agrees = first <= firstLimit && most <= limit;
        out.printf(Locale.ROOT, "%-4s %-10s %-4s loss %.5f to %.5f; relative difference %.1e (limit %.0e) in the first "
                + "two steps, %.1e (%.0e) at most%n", agrees ? "ok" : "FAIL", comparison.network(), type.label(),
                losses[0], losses[STEPS - 1], first, firstLimit, most, limit);
        return agrees;
    }

    private static double difference(double expected, double actual) {
        double difference = Math.abs(expected - actual) / expected;
        return Double.isNaN(difference) ? Double.POSITIVE_INFINITY : difference;
    }

    /** Returns the mean loss of each step. */
    private double[] means(Training training) {
        return IntStream.range(0, STEPS).mapToDouble(step -> IntStream.range(step * batch, (step + 1) * batch)
                .mapToDouble(i -> training.losses()[i]).average().orElseThrow()).toArray();
    }

    private Training train(Backend backend, Comparison comparison) throws IOException {
        String name = comparison.network();
        Arithmetic arithmetic = Arithmetic.of(comparison.type(),
                sameBits ? ConvolutionChoice.FASTEST : ConvolutionChoice.DIRECT);
        try (Trainer trainer = new Trainer(backend, ModelZoo.create(name, NoiseImages.CLASSES),
                NoiseImages.of(name, STEPS * batch), CONFIG.withBatch(batch), arithmetic)) {
            trainer.train(TrainingListener.NONE);
            return new Training(trainer.presentations().columns().losses().toArray(ValueLayout.JAVA_FLOAT),
                    trainer.parameters());
        }
    }
}
