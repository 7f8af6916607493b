package dev.lethe.nativelib.cuda;

import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;

import dev.lethe.kernels.Backend;
import dev.lethe.kernels.OpRunner;
import dev.lethe.kernels.op.Activation;
import dev.lethe.kernels.op.BatchNormOp;
import dev.lethe.kernels.op.BatchNormSpec;
import dev.lethe.kernels.op.BatchNormTensors;
import dev.lethe.kernels.op.ConvolutionOp;
import dev.lethe.kernels.tensor.DType;
import dev.lethe.kernels.tensor.Shape;
import dev.lethe.kernels.tensor.Tensor;
import dev.lethe.kernels.tensor.Tensor.Role;
import dev.lethe.nativelib.ffm.NativeException;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.platform.engine.FilterResult;
import org.junit.platform.engine.TestDescriptor;
import org.junit.platform.engine.support.descriptor.MethodSource;
import org.junit.platform.launcher.LauncherDiscoveryRequest;
import org.junit.platform.launcher.PostDiscoveryFilter;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;
import org.junit.platform.launcher.listeners.SummaryGeneratingListener;
import org.junit.platform.launcher.listeners.TestExecutionSummary;

/** The programs that {@link CudaRehearsalTest} runs on the stand-ins, each in a process of its own. */
final class Rehearsal {
    /** The exit code of a program that ended with an exception. */
    static final int FAILED = 3;

    private static final int SIDE = 6;
    private static final int BATCH = 4;
    private static final int BATCHES = 12;
    /** A test of many seconds on a processor, which {@link #agree} does with smaller images. */
    private static final String LARGE = "shouldGatherTheSameImagesWhereTheHostIsAhead";

    private final PrintStream results;

    private Rehearsal(PrintStream results) {
        this.results = results;
    }

    /** Runs the program that the first argument names, and writes its results to the file that the second names. */
    public static void main(String[] arguments) throws Exception {
        boolean failed;
        try (PrintStream results = new PrintStream(arguments[1], StandardCharsets.UTF_8)) {
            failed = !new Rehearsal(results).run(arguments[0]);
        }
        if (failed) {
            System.exit(FAILED);
        }
    }

    /** Runs a program, and returns false if it ended with an exception. */
    private boolean run(String program) throws Exception {
        try {
            switch (program) {
                case "contract" -> tests(CudaBackendOnGpuTest.class);
                case "described" -> tests(CudnnConvolutionTest.class);
                case "margins" -> results.println("margins " + Arrays.toString(margins(0)));
                case "sums" -> sums();
                case "engines" -> engines();
                case "agree" -> agree();
                case "refuse-allocations" -> {
                    refuseAllocations("resident", 0);
                    refuseAllocations("sent", Long.MAX_VALUE);
                }
                default -> throw new IllegalArgumentException("there is no program " + program);
            }
            return true;
        } catch (RuntimeException e) {
            describe(e);
            return false;
        }
    }

    private void describe(Throwable e) {
        results.println("failed with " + e);
        for (Throwable suppressed : e.getSuppressed()) {
            results.println("suppressed " + suppressed);
        }
        e.printStackTrace(results);
    }

    private static FilterResult smallEnough(TestDescriptor test) {
        boolean large = test.getSource().filter(MethodSource.class::isInstance).map(MethodSource.class::cast)
                .map(MethodSource::getMethodName).filter(LARGE::equals).isPresent();
        return FilterResult.includedIf(!large);
    }

    private void tests(Class<?> of) {
        LauncherDiscoveryRequest request = LauncherDiscoveryRequestBuilder.request()
                .selectors(selectClass(of))
                .filters((PostDiscoveryFilter) Rehearsal::smallEnough).build();
        SummaryGeneratingListener listener = new SummaryGeneratingListener();
        LauncherFactory.create().execute(request, listener);
        TestExecutionSummary summary = listener.getSummary();
        summary.printFailuresTo(new PrintWriter(results, true), 40);
        results.printf("%d tests passed, %d did not%n", summary.getTestsSucceededCount(),
                summary.getTestsFoundCount() - summary.getTestsSucceededCount());
    }

    /** Returns what a small network computes; images that do not fit beside the reserve are sent. */
    private static float[] margins(long reserve) {
        return ImageTablesTest.margins(CudaMachine.here().open(0), reserve, SIDE, BATCH, BATCHES);
    }

    /** Prints sums over the rows of matrices, to which many blocks contribute. */
    private void sums() {
        try (Backend backend = new CudaBackend(CudaMachine.here().open(0))) {
            for (DType type : List.of(DType.F32, DType.BF16)) {
                for (int channels : new int[]{10, 64, 200}) {
                    normalised(type, channels).on(backend, 0)
                            .forEach((tensor, values) -> results.println(tensor + " " + Arrays.hashCode(values)));
                }
            }
        }
        results.println("sums printed");
    }

    /** Prints the engines for two batches of a layer, which differ among each other, not between the batches. */
    private void engines() {
        ConvolutionProblem whole = ConvolutionProblem.linear(ConvolutionProblem.Part.FORWARD, DType.BF16,
                Shape.of(2 * BATCH, 16), 10);
        try (CudaBackend _ = new CudaBackend(CudaMachine.here().open(0));
                CudnnTarget target = CudnnTarget.device(MemorySegment.NULL)) {
            results.println("engines of a batch " + engines(target, whole));
            results.println("engines of a part  " + engines(target, whole.withBatch(BATCH - 1)));
        }
    }

    private static List<CudnnEngine> engines(CudnnTarget target, ConvolutionProblem problem) {
        try (CudnnConvolution convolution = new CudnnConvolution(target, problem, false)) {
            List<CudnnDescriptor> plans = convolution.plans(Integer.MAX_VALUE, Long.MAX_VALUE);
            List<CudnnEngine> engines = plans.stream().map(convolution::engine).toList();
            plans.forEach(CudnnDescriptor::close);
            return engines;
        }
    }

    private static OpRunner normalised(DType type, int channels) {
        Shape shape = Shape.of(BATCH, 15, 15, channels);
        List<Tensor> parameters = Stream.of("scale", "shift", "bias")
                .map(name -> new Tensor(name, Role.PARAMETER, DType.F32, Shape.of(channels))).toList();
        List<Tensor> states = Stream.of("mean", "variance")
                .map(name -> new Tensor(name, Role.STATE, DType.F32, Shape.of(channels))).toList();
        List<Tensor> gradients = Stream.of("scaleGradient", "shiftGradient", "biasGradient")
                .map(name -> new Tensor(name, Role.GRADIENT, DType.F32, Shape.of(channels))).toList();
        BatchNormOp.Forward forward = new BatchNormOp.Forward(BatchNormSpec.standard(),
                new Tensor("input", Role.ACTIVATION, type, shape),
                new BatchNormTensors(parameters.get(0), parameters.get(1), states.get(0), states.get(1)),
                Optional.empty(), Activation.RELU, new Tensor("output", Role.ACTIVATION, type, shape));
        Tensor outputGradient = new Tensor("outputGradient", Role.ACTIVATION, type, shape);
        return new OpRunner(BATCH, forward, new BatchNormOp.Backward(forward, List.of(outputGradient),
                new Tensor("inputGradient", Role.ACTIVATION, type, shape), Optional.empty(), gradients.get(0),
                gradients.get(1)), new ConvolutionOp.BackwardBias(outputGradient, gradients.get(2)))
                .randomInputs(channels);
    }

    /** Computes the same with and without images on the device, alone and in two threads. */
    private void agree() throws Exception {
        float[] expected = margins(0);
        List<Long> reserves = List.of(0L, Long.MAX_VALUE);
        try (ExecutorService threads = Executors.newFixedThreadPool(reserves.size())) {
            List<Future<float[]>> results = Stream.concat(reserves.stream(), reserves.stream())
                    .map(reserve -> threads.submit(() -> margins(reserve))).toList();
            for (Future<float[]> result : results) {
                if (!Arrays.equals(expected, result.get())) {
                    throw new IllegalStateException("margins differ: " + Arrays.toString(expected) + " and "
                            + Arrays.toString(result.get()));
                }
            }
        }
        results.println("margins agree");
    }

    /** Refuses one allocation after another, and requires the exception that says so, or the same results. */
    private void refuseAllocations(String images, long reserve) {
        StandInDriver driver = new StandInDriver();
        driver.failAllocation(0);
        float[] expected = margins(reserve);
        int onDevice = 0;
        int onHost = 0;
        int withoutRoom = 0;
        for (int failing = 1;; failing++) {
            driver.failAllocation(failing);
            try {
                float[] margins = margins(reserve);
                if (!Arrays.equals(expected, margins)) {
                    throw new IllegalStateException("margins differ where allocation " + failing + " is refused");
                }
                if (driver.allocations() < failing) {
                    break;
                }
                withoutRoom++;
            } catch (OutOfDeviceMemoryException e) {
                requireNothingSuppressed(e);
                onDevice++;
            } catch (NativeException e) {
                requireNothingSuppressed(e);
                if (!e.getMessage().equals("cuMemHostAlloc failed: CUDA error 2, out of memory")) {
                    throw e;
                }
                onHost++;
            }
        }
        results.printf("%s images: %d refused allocations on the device were named, %d on the host, "
                + "%d made no difference%n", images, onDevice, onHost, withoutRoom);
    }

    private static void requireNothingSuppressed(RuntimeException e) {
        if (e.getSuppressed().length > 0) {
            throw new IllegalStateException("closing fails too", e);
        }
    }
}
