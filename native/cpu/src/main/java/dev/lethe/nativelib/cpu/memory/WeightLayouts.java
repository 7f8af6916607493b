package dev.lethe.nativelib.cpu.memory;

import dev.lethe.kernels.PlanSpec;
import dev.lethe.kernels.ProgramSpec;
import dev.lethe.kernels.op.ConvolutionOp;
import dev.lethe.kernels.op.LinearOp;
import dev.lethe.kernels.op.Op;
import dev.lethe.kernels.simd.product.WeightOrder;
import dev.lethe.kernels.simd.product.WeightShape;
import dev.lethe.kernels.tensor.Tensor;
import dev.lethe.nativelib.cpu.team.BatchSlice;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/**
 * The choice of the layout in which weights are kept: that of their gradient in the first plan, or the one that the
 * kernels of the batch-last layout use.
 */
public final class WeightLayouts {
    /** The way in which an operation uses weights; the first use in this order decides. */
    private enum Use {
        BACKWARD_WEIGHTS, FORWARD, BACKWARD_DATA
    }

    private record Candidate(Use use, Tensor weights, WeightShape shape, Op op, int examples) {}

    private final List<Candidate> candidates;
    private final LayoutFactory layouts;
    private final ActivationLayout activations;
    private final ConvolutionAlgorithms algorithms;

    /**
     * Collects the uses of all weights of a program.
     *
     * @param workers size of the team that the batch is divided among
     * @param algorithms algorithms of the convolutions, which decide the layout that they read
     */
    public WeightLayouts(ProgramSpec spec, LayoutFactory layouts, int workers, ActivationLayout activations,
            ConvolutionAlgorithms algorithms) {
        this.layouts = layouts;
        this.activations = activations;
        this.algorithms = algorithms;
        candidates = spec.plans().stream().flatMap(plan -> candidates(plan, workers)).toList();
    }

    private static Stream<Candidate> candidates(PlanSpec plan, int workers) {
        int examples = BatchSlice.of(plan.batch(), 0, workers).examples();
        return plan.ops().stream().flatMap(op -> candidate(op, examples).stream());
    }

    private static Optional<Candidate> candidate(Op op, int examples) {
        return Optional.ofNullable(switch (op) {
            case ConvolutionOp.Forward f ->
                new Candidate(Use.FORWARD, f.weights(), WeightShape.of(f.spec()), op, examples);
            case ConvolutionOp.BackwardData d ->
                new Candidate(Use.BACKWARD_DATA, d.weights(), WeightShape.of(d.spec()), op, examples);
            case ConvolutionOp.BackwardWeights w ->
                new Candidate(Use.BACKWARD_WEIGHTS, w.weightsGradient(), WeightShape.of(w.spec()), op, examples);
            case LinearOp.Forward f -> new Candidate(Use.FORWARD, f.weights(),
                    WeightShape.linear(f.input().shape(), f.output().shape().dim(1)), op, examples);
            case LinearOp.BackwardData d -> new Candidate(Use.BACKWARD_DATA, d.weights(),
                    WeightShape.linear(d.inputGradient().shape(), d.outputGradient().shape().dim(1)), op, examples);
            case LinearOp.BackwardWeights w -> new Candidate(Use.BACKWARD_WEIGHTS, w.weightsGradient(),
                    WeightShape.linear(w.input().shape(), w.outputGradient().shape().dim(1)), op, examples);
            default -> null; // no weights
        });
    }

    private WeightLayout layout(Candidate candidate) {
        if (activations == ActivationLayout.BATCH_LAST) {
            return layouts.ordered(candidate.shape, WeightOrder.OUTPUTS_LAST);
        }
        if (candidate.op instanceof ConvolutionOp convolution && algorithms.tileSide(convolution) > 0) {
            return layouts.ordered(candidate.shape,
                    candidate.use == Use.BACKWARD_DATA ? WeightOrder.INPUTS_LAST : WeightOrder.OUTPUTS_LAST);
        }
        return layouts.preferred(candidate.op, candidate.examples);
    }

    /**
     * Returns the slot of a parameter, or of a gradient or state that belongs to none.
     *
     * @param representativeOf function to the parameter that a gradient or state belongs to
     * @param offset offset of the slot in its block
     */
    public ParameterMemory.Slot slot(Tensor tensor, UnaryOperator<Tensor> representativeOf, long offset) {
        Optional<Candidate> decisive = candidates.stream()
                .filter(c -> representativeOf.apply(c.weights()).equals(tensor))
                .min(Comparator.comparing(Candidate::use));
        WeightShape shape = decisive.map(Candidate::shape).orElseGet(() -> WeightShape.of(tensor.shape()));
        WeightLayout plain = layouts.plain(shape);
        return new ParameterMemory.Slot(shape, decisive.map(this::layout).orElse(plain), plain, offset);
    }
}
