package dev.lethe.nativelib.cpu.memory;

import dev.lethe.kernels.PlanSpec;
import dev.lethe.kernels.ProgramSpec;
import dev.lethe.kernels.op.ConvolutionOp;
import dev.lethe.kernels.op.ConvolutionSpec;
import dev.lethe.kernels.op.LinearOp;
import dev.lethe.kernels.op.Op;
import dev.lethe.kernels.tensor.Tensor;
import dev.lethe.nativelib.cpu.onednn.Descriptors;
import dev.lethe.nativelib.cpu.onednn.OneDnnFaults;
import dev.lethe.nativelib.cpu.onednn.PrimitiveDescriptors;
import dev.lethe.nativelib.cpu.team.BatchSlice;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.bytedeco.dnnl.engine;
import org.bytedeco.dnnl.memory;

/**
 * The choice of the layout in which weights are kept: their gradient's, as the first plan makes it, or the one that
 * the kernels of the batch-last layout use.
 */
public final class WeightLayouts {
    /** How an operation uses weights; the first use in this order decides. */
    private enum Use {
        BACKWARD_WEIGHTS, FORWARD, BACKWARD_DATA
    }

    private record Candidate(Use use, Tensor weights, memory.desc plain, Supplier<memory.desc> layout) {}

    private final List<Candidate> candidates;
    private final ActivationLayout activations;

    /**
     * Collects the uses of all weights of a program.
     *
     * @param workers the size of the team that the batch is divided among
     * @param algorithms of the convolutions, which decide what layout they read
     */
    public WeightLayouts(ProgramSpec spec, engine engine, int workers, ActivationLayout activations,
            ConvolutionAlgorithms algorithms) {
        this.activations = activations;
        candidates = spec.plans().stream().flatMap(plan -> candidates(plan, engine, workers, algorithms)).toList();
    }

    private static Stream<Candidate> candidates(PlanSpec plan, engine engine, int workers,
            ConvolutionAlgorithms algorithms) {
        PrimitiveDescriptors primitives = new PrimitiveDescriptors(engine,
                BatchSlice.of(plan.batch(), 0, workers).examples());
        return plan.ops().stream().flatMap(op -> candidate(op, primitives, algorithms).stream());
    }

    private static Optional<Candidate> candidate(Op op, PrimitiveDescriptors primitives,
            ConvolutionAlgorithms algorithms) {
        return Optional.ofNullable(switch (op) {
            case ConvolutionOp.Forward f when algorithms.tileSide(f) > 0 ->
                ordered(Use.FORWARD, f.weights(), f.spec(), Descriptors.WeightOrder.OUTPUTS_LAST);
            case ConvolutionOp.BackwardData d when algorithms.tileSide(d) > 0 ->
                ordered(Use.BACKWARD_DATA, d.weights(), d.spec(), Descriptors.WeightOrder.INPUTS_LAST);
            case ConvolutionOp.BackwardWeights w when algorithms.tileSide(w) > 0 ->
                ordered(Use.BACKWARD_WEIGHTS, w.weightsGradient(), w.spec(), Descriptors.WeightOrder.OUTPUTS_LAST);
            case ConvolutionOp.Forward f when OneDnnFaults.computesWrongly(f) ->
                outputsLast(Use.FORWARD, f.weights(), f.spec());
            case ConvolutionOp.BackwardData d when OneDnnFaults.computesWrongly(d) ->
                outputsLast(Use.BACKWARD_DATA, d.weights(), d.spec());
            case ConvolutionOp.BackwardWeights w when OneDnnFaults.computesWrongly(w)
                    || OneDnnFaults.leavesIdleTapsUnset(w) ->
                outputsLast(Use.BACKWARD_WEIGHTS, w.weightsGradient(), w.spec());
            case ConvolutionOp.Forward f -> new Candidate(Use.FORWARD, f.weights(),
                    Descriptors.plainConvolutionWeights(f.spec()), () -> primitives.convolutionForward(f.spec(),
                            f.input(), f.output(), f.bias().isPresent(), f.activation()).weights_desc());
            case ConvolutionOp.BackwardData d ->
                new Candidate(Use.BACKWARD_DATA, d.weights(), Descriptors.plainConvolutionWeights(d.spec()),
                        () -> primitives.convolutionBackwardData(d.spec(), d.inputGradient(), d.outputGradient())
                                .weights_desc());
            case ConvolutionOp.BackwardWeights w -> new Candidate(Use.BACKWARD_WEIGHTS, w.weightsGradient(),
                    Descriptors.plainConvolutionWeights(w.spec()), () -> primitives.convolutionBackwardWeights(w.spec(),
                            w.input(), w.outputGradient(), w.biasGradient().isPresent()).diff_weights_desc());
            case LinearOp.Forward f -> new Candidate(Use.FORWARD, f.weights(),
                    Descriptors.plainLinearWeights(f.input(), f.output().shape().dim(1)),
                    () -> primitives.linearForward(f.input(), f.output(), f.bias().isPresent(), f.activation())
                            .weights_desc());
            case LinearOp.BackwardData d -> new Candidate(Use.BACKWARD_DATA, d.weights(),
                    Descriptors.plainLinearWeights(d.inputGradient(), d.outputGradient().shape().dim(1)),
                    () -> primitives.linearBackwardData(d.inputGradient(), d.outputGradient()).weights_desc());
            case LinearOp.BackwardWeights w -> new Candidate(Use.BACKWARD_WEIGHTS, w.weightsGradient(),
                    Descriptors.plainLinearWeights(w.input(), w.outputGradient().shape().dim(1)),
                    () -> primitives.linearBackwardWeights(w.input(), w.outputGradient(), w.biasGradient().isPresent())
                            .diff_weights_desc());
            default -> null; // no weights
        });
    }

    /** Returns the use of Winograd's transforms and of kernels of our own, which want plain weights, channels last. */
    private static Candidate ordered(Use use, Tensor weights, ConvolutionSpec spec, Descriptors.WeightOrder order) {
        memory.desc plain = Descriptors.plainConvolutionWeights(spec);
        return new Candidate(use, weights, plain, () -> Descriptors.ordered(plain, plain.get_ndims(), order));
    }

    private static Candidate outputsLast(Use use, Tensor weights, ConvolutionSpec spec) {
        return ordered(use, weights, spec, Descriptors.WeightOrder.OUTPUTS_LAST);
    }

    private memory.desc layout(Candidate candidate) {
        return switch (activations) {
            case CHANNELS_LAST -> {
                memory.desc layout = candidate.layout.get();
                boolean floats = layout.get_data_type().intern() == memory.data_type.f32; // of masters
                yield floats ? layout : candidate.plain;
            }
            case BATCH_LAST -> Descriptors.ordered(candidate.plain, candidate.plain.get_ndims(),
                    Descriptors.WeightOrder.OUTPUTS_LAST);
        };
    }

    /**
     * The slot of a parameter, or of a gradient or state that belongs to none.
     *
     * @param representativeOf the parameter that a gradient or state belongs to
     * @param offset of the slot in its block
     */
    ParameterMemory.Slot slot(Tensor tensor, UnaryOperator<Tensor> representativeOf, long offset) {
        Optional<Candidate> decisive = candidates.stream()
                .filter(c -> representativeOf.apply(c.weights()).equals(tensor))
                .min(Comparator.comparing(Candidate::use));
        memory.desc plain = decisive.map(Candidate::plain).orElseGet(() -> Descriptors.plain(tensor.shape()));
        memory.desc layout = decisive.map(this::layout).orElse(plain);
        return new ParameterMemory.Slot(layout, plain, offset, layout.get_size());
    }
}
