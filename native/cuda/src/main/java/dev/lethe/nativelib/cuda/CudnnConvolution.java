package dev.lethe.nativelib.cuda;

import dev.lethe.kernels.tensor.DType;
import dev.lethe.nativelib.ffm.NativeException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.bytedeco.cuda.global.cudnn;

/** A convolution as a cuDNN graph of one operation, with the plans that compute it. */
final class CudnnConvolution implements AutoCloseable {
    /** The name of the images in a plan; those of filters and results follow. */
    private static final long IMAGES = 'x';
    private static final long FILTERS = 'w';
    private static final long RESULTS = 'y';

    private static final int ALIGNMENT = 16; // bytes that addresses are multiples of, at least
    private static final int MOST_CONFIGURATIONS = 64;

    /**
     * The numerical notes of plans that are refused: their results depend on more than the inputs, or round more
     * coarsely than sums of floats.
     */
    private static final Set<Integer> REFUSED = Set.of(cudnn.CUDNN_NUMERICAL_NOTE_NONDETERMINISTIC,
            cudnn.CUDNN_NUMERICAL_NOTE_REDUCED_PRECISION_REDUCTION, cudnn.CUDNN_NUMERICAL_NOTE_DOWN_CONVERT_INPUTS,
            cudnn.CUDNN_NUMERICAL_NOTE_FFT, cudnn.CUDNN_NUMERICAL_NOTE_WINOGRAD,
            cudnn.CUDNN_NUMERICAL_NOTE_WINOGRAD_TILE_4x4, cudnn.CUDNN_NUMERICAL_NOTE_WINOGRAD_TILE_6x6,
            cudnn.CUDNN_NUMERICAL_NOTE_WINOGRAD_TILE_13x13);

    private final CudnnTarget target;
    private final ConvolutionProblem problem;
    private final boolean tensorCores;
    private final List<CudnnDescriptor> parts = new ArrayList<>();
    private final Map<CudnnDescriptor, CudnnDescriptor> configurations = new IdentityHashMap<>(); // by their plans
    private final CudnnDescriptor graph;

    /**
     * Describes a convolution.
     *
     * @param tensorCores whether floats may be rounded for tensor cores
     */
    CudnnConvolution(CudnnTarget target, ConvolutionProblem problem, boolean tensorCores) {
        this.target = target;
        this.problem = problem;
        this.tensorCores = tensorCores;
        try {
            graph = keep(new CudnnDescriptor(cudnn.CUDNN_BACKEND_OPERATIONGRAPH_DESCRIPTOR));
            target.describeGraph(graph);
            graph.descriptor(cudnn.CUDNN_ATTR_OPERATIONGRAPH_OPS, operation()).finish();
        } catch (RuntimeException | Error e) {
            close();
            throw e;
        }
    }

    private CudnnDescriptor keep(CudnnDescriptor descriptor) {
        parts.add(descriptor);
        return descriptor;
    }

    private int type() {
        return problem.type() == DType.BF16 ? cudnn.CUDNN_DATA_BFLOAT16 : cudnn.CUDNN_DATA_FLOAT;
    }

    /** Returns a tensor with channels last in memory; cuDNN lists channels before rows. */
    private CudnnDescriptor tensor(long name, long count, long channels, long height, long width) {
        return keep(new CudnnDescriptor(cudnn.CUDNN_BACKEND_TENSOR_DESCRIPTOR)
                .choice(cudnn.CUDNN_ATTR_TENSOR_DATA_TYPE, cudnn.CUDNN_TYPE_DATA_TYPE, type())
                .longs(cudnn.CUDNN_ATTR_TENSOR_DIMENSIONS, count, channels, height, width)
                .longs(cudnn.CUDNN_ATTR_TENSOR_STRIDES, height * width * channels, 1, width * channels, channels)
                .longs(cudnn.CUDNN_ATTR_TENSOR_UNIQUE_ID, name)
                .longs(cudnn.CUDNN_ATTR_TENSOR_BYTE_ALIGNMENT, ALIGNMENT).finish());
    }

    private CudnnDescriptor operation() {
        CudnnDescriptor images = tensor(IMAGES, problem.batch(), problem.channels(), problem.height(),
                problem.width());
        CudnnDescriptor filters = tensor(FILTERS, problem.outputs(), problem.channels() / problem.groups(),
                problem.kernelHeight(), problem.kernelWidth());
        CudnnDescriptor results = tensor(RESULTS, problem.batch(), problem.outputs(), problem.outputHeight(),
                problem.outputWidth());
        CudnnDescriptor convolution = keep(new CudnnDescriptor(cudnn.CUDNN_BACKEND_CONVOLUTION_DESCRIPTOR)
                .longs(cudnn.CUDNN_ATTR_CONVOLUTION_SPATIAL_DIMS, 2)
                .choice(cudnn.CUDNN_ATTR_CONVOLUTION_COMP_TYPE, cudnn.CUDNN_TYPE_DATA_TYPE, cudnn.CUDNN_DATA_FLOAT)
                .choice(cudnn.CUDNN_ATTR_CONVOLUTION_CONV_MODE, cudnn.CUDNN_TYPE_CONVOLUTION_MODE,
                        cudnn.CUDNN_CROSS_CORRELATION)
                .longs(cudnn.CUDNN_ATTR_CONVOLUTION_PRE_PADDINGS, problem.padding(), problem.padding())
                .longs(cudnn.CUDNN_ATTR_CONVOLUTION_POST_PADDINGS, problem.padding(), problem.padding())
                .longs(cudnn.CUDNN_ATTR_CONVOLUTION_DILATIONS, problem.dilation(), problem.dilation())
                .longs(cudnn.CUDNN_ATTR_CONVOLUTION_FILTER_STRIDES, problem.stride(), problem.stride()).finish());
        return switch (problem.part()) {
            case FORWARD -> keep(new CudnnDescriptor(cudnn.CUDNN_BACKEND_OPERATION_CONVOLUTION_FORWARD_DESCRIPTOR)
                    .descriptor(cudnn.CUDNN_ATTR_OPERATION_CONVOLUTION_FORWARD_X, images)
                    .descriptor(cudnn.CUDNN_ATTR_OPERATION_CONVOLUTION_FORWARD_W, filters)
                    .descriptor(cudnn.CUDNN_ATTR_OPERATION_CONVOLUTION_FORWARD_Y, results)
                    .descriptor(cudnn.CUDNN_ATTR_OPERATION_CONVOLUTION_FORWARD_CONV_DESC, convolution)
                    .real(cudnn.CUDNN_ATTR_OPERATION_CONVOLUTION_FORWARD_ALPHA, 1)
                    .real(cudnn.CUDNN_ATTR_OPERATION_CONVOLUTION_FORWARD_BETA, 0).finish());
            case DATA ->
                keep(new CudnnDescriptor(cudnn.CUDNN_BACKEND_OPERATION_CONVOLUTION_BACKWARD_DATA_DESCRIPTOR)
                        .descriptor(cudnn.CUDNN_ATTR_OPERATION_CONVOLUTION_BWD_DATA_DX, images)
                        .descriptor(cudnn.CUDNN_ATTR_OPERATION_CONVOLUTION_BWD_DATA_W, filters)
                        .descriptor(cudnn.CUDNN_ATTR_OPERATION_CONVOLUTION_BWD_DATA_DY, results)
                        .descriptor(cudnn.CUDNN_ATTR_OPERATION_CONVOLUTION_BWD_DATA_CONV_DESC, convolution)
                        .real(cudnn.CUDNN_ATTR_OPERATION_CONVOLUTION_BWD_DATA_ALPHA, 1)
                        .real(cudnn.CUDNN_ATTR_OPERATION_CONVOLUTION_BWD_DATA_BETA, 0).finish());
            case WEIGHTS ->
                keep(new CudnnDescriptor(cudnn.CUDNN_BACKEND_OPERATION_CONVOLUTION_BACKWARD_FILTER_DESCRIPTOR)
                        .descriptor(cudnn.CUDNN_ATTR_OPERATION_CONVOLUTION_BWD_FILTER_X, images)
                        .descriptor(cudnn.CUDNN_ATTR_OPERATION_CONVOLUTION_BWD_FILTER_DW, filters)
                        .descriptor(cudnn.CUDNN_ATTR_OPERATION_CONVOLUTION_BWD_FILTER_DY, results)
                        .descriptor(cudnn.CUDNN_ATTR_OPERATION_CONVOLUTION_BWD_FILTER_CONV_DESC, convolution)
                        .real(cudnn.CUDNN_ATTR_OPERATION_CONVOLUTION_BWD_FILTER_ALPHA, 1)
                        .real(cudnn.CUDNN_ATTR_OPERATION_CONVOLUTION_BWD_FILTER_BETA, 0).finish());
        };
    }

    /**
     * Returns plans that compute the convolution, in cuDNN's expected order of speed. The caller closes them.
     *
     * @param most largest number of plans
     * @param mostWorkspace largest workspace of a plan in bytes; where every plan needs more, the one that needs least
     * @throws IllegalArgumentException if cuDNN has none
     */
    List<CudnnDescriptor> plans(int most, long mostWorkspace) {
        List<CudnnDescriptor> plans = new ArrayList<>();
        List<CudnnDescriptor> large = new ArrayList<>();
        for (int mode : new int[]{cudnn.CUDNN_HEUR_MODE_A, cudnn.CUDNN_HEUR_MODE_FALLBACK}) {
            for (CudnnDescriptor configuration : configurations(mode)) {
                if (plans.size() < most && isAcceptable(configuration)) {
                    plan(configuration).ifPresent(
                            plan -> (workspaceBytes(plan) <= mostWorkspace ? plans : large).add(plan));
                }
            }
        }
        if (plans.isEmpty() && !large.isEmpty()) {
            CudnnDescriptor least = Collections.min(large, Comparator.comparingLong(CudnnConvolution::workspaceBytes));
            large.remove(least);
            plans.add(least);
        }
        large.forEach(CudnnDescriptor::close);
        if (plans.isEmpty()) {
            throw new IllegalArgumentException("cuDNN " + cudnn.cudnnGetVersion() + " has no deterministic kernel for "
                    + problem + ": choose another dtype, or the backend cpu");
        }
        return plans;
    }

    private List<CudnnDescriptor> configurations(int mode) {
        CudnnDescriptor heuristics = keep(new CudnnDescriptor(cudnn.CUDNN_BACKEND_ENGINEHEUR_DESCRIPTOR)
                .descriptor(cudnn.CUDNN_ATTR_ENGINEHEUR_OPERATION_GRAPH, graph)
                .choice(cudnn.CUDNN_ATTR_ENGINEHEUR_MODE, cudnn.CUDNN_TYPE_HEUR_MODE, mode));
        target.describeHeuristics(heuristics);
        if (!heuristics.finishes()) {
            return List.of();
        }
        List<CudnnDescriptor> found = heuristics.descriptors(cudnn.CUDNN_ATTR_ENGINEHEUR_RESULTS,
                cudnn.CUDNN_BACKEND_ENGINECFG_DESCRIPTOR, MOST_CONFIGURATIONS);
        parts.addAll(found);
        return found;
    }

    private boolean isAcceptable(CudnnDescriptor configuration) {
        try (CudnnDescriptor engine = new CudnnDescriptor(cudnn.CUDNN_BACKEND_ENGINE_DESCRIPTOR)) {
            configuration.get(cudnn.CUDNN_ATTR_ENGINECFG_ENGINE, engine);
            List<Integer> notes = engine.choices(cudnn.CUDNN_ATTR_ENGINE_NUMERICAL_NOTE,
                    cudnn.CUDNN_TYPE_NUMERICAL_NOTE, cudnn.CUDNN_NUMERICAL_NOTE_TYPE_COUNT);
            boolean roundsFloats = problem.type() == DType.F32 && !tensorCores
                    && notes.contains(cudnn.CUDNN_NUMERICAL_NOTE_TENSOR_CORE);
            return !roundsFloats && notes.stream().noneMatch(REFUSED::contains);
        }
    }

    private Optional<CudnnDescriptor> plan(CudnnDescriptor configuration) {
        CudnnDescriptor plan = new CudnnDescriptor(cudnn.CUDNN_BACKEND_EXECUTION_PLAN_DESCRIPTOR)
                .descriptor(cudnn.CUDNN_ATTR_EXECUTION_PLAN_ENGINE_CONFIG, configuration);
        target.describePlan(plan);
        if (plan.finishes()) {
            configurations.put(plan, configuration);
            return Optional.of(plan);
        }
        plan.close();
        return Optional.empty();
    }

    /** Returns the engine of a plan that {@link #plans} has returned. */
    CudnnEngine engine(CudnnDescriptor plan) {
        return CudnnEngine.of(Objects.requireNonNull(configurations.get(plan), "a plan of another convolution"));
    }

    static long workspaceBytes(CudnnDescriptor plan) {
        return plan.longOf(cudnn.CUDNN_ATTR_EXECUTION_PLAN_WORKSPACE_SIZE);
    }

    /** Returns the descriptor of the memory that a plan computes on. */
    static CudnnDescriptor memory(long images, long filters, long results, long workspace) {
        return new CudnnDescriptor(cudnn.CUDNN_BACKEND_VARIANT_PACK_DESCRIPTOR)
                .longs(cudnn.CUDNN_ATTR_VARIANT_PACK_UNIQUE_IDS, IMAGES, FILTERS, RESULTS)
                .addresses(cudnn.CUDNN_ATTR_VARIANT_PACK_DATA_POINTERS, images, filters, results)
                .addresses(cudnn.CUDNN_ATTR_VARIANT_PACK_WORKSPACE, workspace).finish();
    }

    /** Returns a plan as a text that {@link #restored} reads. */
    static String text(CudnnDescriptor plan) {
        return plan.textOf(cudnn.CUDNN_ATTR_EXECUTION_PLAN_JSON_REPRESENTATION);
    }

    /**
     * Returns a plan from its text.
     *
     * @throws NativeException if this cuDNN cannot read it, or not for this device
     */
    static CudnnDescriptor restored(CudnnTarget target, String text) {
        CudnnDescriptor plan = new CudnnDescriptor(cudnn.CUDNN_BACKEND_EXECUTION_PLAN_DESCRIPTOR);
        try {
            target.describePlan(plan);
            return plan.text(cudnn.CUDNN_ATTR_EXECUTION_PLAN_JSON_REPRESENTATION, text).finish();
        } catch (NativeException e) {
            plan.close();
            throw e;
        }
    }

    @Override
    public void close() {
        parts.reversed().forEach(CudnnDescriptor::close);
        parts.clear();
    }
}
