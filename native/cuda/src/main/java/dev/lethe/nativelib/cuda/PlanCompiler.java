package dev.lethe.nativelib.cuda;

import dev.lethe.kernels.ArenaPlanner;
import dev.lethe.kernels.PlanSpec;
import dev.lethe.kernels.op.BatchNormOp;
import dev.lethe.kernels.op.ConvolutionChoice;
import dev.lethe.kernels.op.ConvolutionOp;
import dev.lethe.kernels.op.GatherImages;
import dev.lethe.kernels.op.LinearOp;
import dev.lethe.kernels.op.Normalization;
import dev.lethe.kernels.op.Op;
import dev.lethe.kernels.op.OptimizerOp;
import dev.lethe.kernels.op.Pause;
import dev.lethe.kernels.op.PointwiseOp;
import dev.lethe.kernels.op.PoolOp;
import dev.lethe.kernels.op.Predictions;
import dev.lethe.kernels.op.SoftmaxCrossEntropy;
import dev.lethe.kernels.tensor.DType;
import dev.lethe.kernels.tensor.Tensor;
import dev.lethe.kernels.tensor.Tensor.Role;
import dev.lethe.nativelib.cuda.DeviceConvolutions.Prepared;
import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * The compiler of plans into calls. It goes through each plan twice: first for the memory that its operations use and
 * when, and, when that memory is placed, for the calls.
 */
final class PlanCompiler {
    private static final int WARPS = Grid.THREADS / 32; // of a block; each handles an example of the loss

    private final Device device;
    private final StorageLayouts layouts;
    private final ParameterBlocks parameters;
    private final BoundTables tables;
    private final DeviceArena memory;
    private final ConvolutionChoice choice;
    private final Map<ConvolutionProblem, Prepared> convolutions = new HashMap<>();
    private final Map<Normalization, Long> normalizations = new HashMap<>();
    private final Map<List<OptimizerLowering.Part>, OptimizerLowering.Chunks> chunks = OptimizerLowering.noTables();

    PlanCompiler(Device device, StorageLayouts layouts, ParameterBlocks parameters, BoundTables tables,
            DeviceArena memory, ConvolutionChoice choice) {
        this.device = device;
        this.layouts = layouts;
        this.parameters = parameters;
        this.tables = tables;
        this.memory = memory;
        this.choice = choice;
    }

    /**
     * Returns the places of a plan's activations and scratch memory in a block. All have the alignment of the device's
     * addresses, which libraries expect of scratch memory.
     */
    ArenaPlanner.Layout place(PlanSpec plan) {
        ArenaPlanner planner = new ArenaPlanner(Device.ALIGNMENT, device.guardBytes());
        PlanMemory.Measured measured = new PlanMemory.Measured(layouts, planner);
        try (Arena arguments = Arena.ofConfined()) {
            Lowering to = new Lowering(device, arguments, layouts, parameters, tables, measured, 0);
            for (int i = 0; i < plan.ops().size(); i++) {
                measured.next(i);
                Op op = plan.ops().get(i);
                lower(to, op);
                Stream.concat(op.reads().stream(), op.writes().stream())
                        .filter(tensor -> tensor.role() == Role.ACTIVATION).forEach(measured::of);
            }
        }
        keepWhatCallersUse(plan, measured);
        return planner.plan();
    }

    /**
     * Extends the lifetimes of activations that no operation writes to the beginning, since the caller writes them, and
     * of those that none reads to the end, since the caller reads them.
     */
    private static void keepWhatCallersUse(PlanSpec plan, PlanMemory.Measured measured) {
        for (Tensor tensor : plan.tensors()) {
            if (tensor.role() != Role.ACTIVATION) {
                continue;
            }
            if (plan.ops().stream().noneMatch(op -> op.writes().contains(tensor))) {
                measured.next(0);
                measured.of(tensor);
            }
            if (plan.ops().stream().noneMatch(op -> op.reads().contains(tensor))) {
                measured.next(plan.ops().size() - 1);
                measured.of(tensor);
            }
        }
    }

    /**
     * Returns the calls of a plan, or of a part of one.
     *
     * @param first number of its first operation in the whole plan
     * @param place address of the plan's place, which the calls advance
     */
    List<DeviceCall> calls(PlanSpec plan, int first, Arena arguments, PlanMemory placed, long place) {
        Lowering to = new Lowering(device, arguments, layouts, parameters, tables, placed, place);
        List<DeviceCall> calls = new ArrayList<>();
        for (int i = 0; i < plan.ops().size(); i++) {
            Op op = plan.ops().get(i);
            int operation = first + i;
            String result = op.writes().getFirst().name();
            lower(to, op).forEach(call -> calls.add(new LayerCall(call, operation, result)));
        }
        calls.add(to.call("advance", Grid.of(1), to.structure().with(place).with(plan.batch())));
        return calls;
    }

    private List<DeviceCall> lower(Lowering to, Op op) {
        ConvolutionLowering convolution = new ConvolutionLowering(to, this::prepare);
        return switch (op) {
            case GatherImages gather -> new GatherLowering(to, memory, normalizations).lower(gather);
            case ConvolutionOp.Forward forward -> convolution.forward(forward);
            case ConvolutionOp.BackwardData backward -> convolution.backward(backward);
            case ConvolutionOp.BackwardWeights backward -> convolution.backward(backward);
            case ConvolutionOp.BackwardBias backward -> convolution.backward(backward);
            case LinearOp.Forward forward -> convolution.forward(forward);
            case LinearOp.BackwardData backward -> convolution.backward(backward);
            case LinearOp.BackwardWeights backward -> convolution.backward(backward);
            case BatchNormOp.Forward forward -> new BatchNormLowering(to).forward(forward);
            case BatchNormOp.Backward backward -> new BatchNormLowering(to).backward(backward);
            case PoolOp pool -> new PoolLowering(to).lower(pool);
            case PointwiseOp pointwise -> new PointwiseLowering(to).lower(pointwise);
            case SoftmaxCrossEntropy loss -> loss(to, loss);
            case OptimizerOp optimizer -> new OptimizerLowering(to, memory, chunks).lower(optimizer);
            case Pause _ -> List.of();
        };
    }

    private Prepared prepare(ConvolutionProblem problem) {
        return convolutions.computeIfAbsent(problem, p -> device.convolutions().prepare(p, choice));
    }

    private static List<DeviceCall> loss(Lowering to, SoftmaxCrossEntropy op) {
        int batch = op.logits().shape().dim(0);
        DType gradient = op.logitsGradient().map(Tensor::dtype).orElse(op.logits().dtype());
        Predictions predictions = op.predictions();
        KernelArguments arguments = to.structure();
        Stream.of(op.logits(), op.labels(), op.order()).forEach(tensor -> arguments.with(to.of(tensor)));
        arguments.with(to.place());
        Stream.of(predictions.predicted(), predictions.correct(), predictions.margin(), predictions.el2n(),
                predictions.probability(), predictions.loss()).forEach(tensor -> arguments.with(to.of(tensor)));
        arguments.with(op.tables().map(tables -> to.of(tables.seen())).orElse(0L))
                .with(op.tables().map(tables -> to.of(tables.correct())).orElse(0L))
                .with(op.tables().map(tables -> to.of(tables.sums())).orElse(0L));
        arguments.with(op.logitsGradient().map(to::of).orElse(0L)).with(batch).with(Lowering.channels(op.logits()))
                .with(op.labelSmoothing()).with((float) op.meanOver()).with(op.weights().map(to::of).orElse(0L));
        return to.calls(Lowering.variant(Lowering.variant("loss", op.logits().dtype()), gradient),
                Grid.of(Math.ceilDiv(batch, WARPS)), arguments, op.logits());
    }
}
