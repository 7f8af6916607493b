package dev.lethe.nativelib.cpu.lower;

import dev.lethe.kernels.ArenaPlanner;
import dev.lethe.kernels.op.Activation;
import dev.lethe.kernels.op.ConvolutionOp;
import dev.lethe.kernels.simd.product.WeightOrder;
import dev.lethe.kernels.simd.winograd.WinogradInput;
import dev.lethe.kernels.simd.winograd.WinogradOutput;
import dev.lethe.kernels.simd.winograd.WinogradTiles;
import dev.lethe.kernels.simd.winograd.WinogradWeights;
import dev.lethe.kernels.tensor.Tensor;
import dev.lethe.kernels.tensor.Tensor.Role;
import dev.lethe.nativelib.cpu.memory.ParameterMemory;
import dev.lethe.nativelib.cpu.memory.WinogradWeightMemory;
import dev.lethe.nativelib.cpu.team.BatchSlice;
import dev.lethe.nativelib.cpu.team.WorkerOp;
import java.lang.foreign.MemorySegment;
import java.util.Optional;

/**
 * The lowering of convolutions with 3x3 kernels on one worker's slice to Winograd's algorithm: Vector API transforms
 * around a library's matrix products. A group of tiles passes through transform, products and inverse transform before
 * the next, so that intermediate values stay in the cache. All workers transform the weights together.
 */
public final class WinogradLowering {
    private static final int FORWARD_TILES = 64; // of a group
    private static final int GRADIENT_TILES = 128;

    private final ProductKernels kernels;
    private final ParameterMemory parameters;
    private final WinogradWeightMemory transformed;
    private final BatchSlice slice;
    private final int contributors;
    private int convolutions; // lowered so far, of those that transform weights

    /**
     * Makes a lowering for the slice of one worker.
     *
     * @param contributors number of workers that have a slice of the batch
     */
    public WinogradLowering(ProductKernels kernels, ParameterMemory parameters, WinogradWeightMemory transformed,
            BatchSlice slice, int contributors) {
        this.kernels = kernels;
        this.parameters = parameters;
        this.transformed = transformed;
        this.slice = slice;
        this.contributors = contributors;
    }

    LoweredOp forward(ConvolutionOp.Forward op, int m) {
        return new Convolution(op.input(), op.weights(), WeightOrder.OUTPUTS_LAST, false, op.bias(),
                op.activation(), op.output(), WinogradTiles.of(m, op.spec(), op.input().shape()));
    }

    LoweredOp backwardData(ConvolutionOp.BackwardData op, int m) {
        return new Convolution(op.outputGradient(), op.weights(), WeightOrder.INPUTS_LAST, true,
                Optional.empty(), Activation.IDENTITY, op.inputGradient(),
                WinogradTiles.of(m, op.spec(), op.inputGradient().shape()).ofInputGradient());
    }

    LoweredOp backwardWeights(ConvolutionOp.BackwardWeights op, int m) {
        return new WeightsGradient(op, WinogradTiles.of(m, op.spec(), op.input().shape()));
    }

    /**
     * Returns the number of tiles of a group, for groups as even as possible; 2 instead of 1, since oneDNN's batched
     * product is wrong if its sums have a single term and its matrices have gaps between them.
     */
    private int group(WinogradTiles tiles, int most) {
        int all = slice.examples() * tiles.perImage();
        int groups = (all + most - 1) / most;
        return Math.max(2, (all + groups - 1) / groups);
    }

    /** A convolution from images to images: forward, or the gradient of the input. */
    private final class Convolution implements LoweredOp {
        private final Tensor input;
        private final Tensor weights;
        private final WeightOrder order;
        private final boolean turned;
        private final Optional<Tensor> bias;
        private final Activation activation;
        private final Tensor output;
        private final WinogradTiles tiles;
        private final WinogradProducts products;
        private final int number = convolutions++;
        private final Object before = new Object(); // points of the inputs
        private final Object behind = new Object(); // and of the outputs
        private final Object scratch = new Object();

        Convolution(Tensor input, Tensor weights, WeightOrder order, boolean turned, Optional<Tensor> bias,
                Activation activation, Tensor output, WinogradTiles tiles) {
            this.input = input;
            this.weights = weights;
            this.order = order;
            this.turned = turned;
            this.bias = bias;
            this.activation = activation;
            this.output = output;
            this.tiles = tiles;
            products = kernels.forwardProducts(tiles, group(tiles, FORWARD_TILES));
            transformed.need(products.weights().bytes());
        }

        @Override
        public void planBuffers(WorkerPlan plan, int index) {
            plan.planner().use(before, products.inputs().bytes(), index);
            plan.planner().use(behind, products.outputs().bytes(), index);
            plan.planner().use(scratch, inputScratch() + outputScratch() + WinogradWeights.scratchBytes(tiles.m()),
                    index);
        }

        private long inputScratch() {
            return ArenaPlanner.align(WinogradInput.scratchBytes(tiles.m(), tiles.inputChannels()));
        }

        private long outputScratch() {
            return ArenaPlanner.align(WinogradOutput.scratchBytes(tiles.m()));
        }

        @Override
        public boolean hasBarrier() {
            return true;
        }

        @Override
        public void emit(WorkerPlan plan) {
            ParameterMemory.Place from = parameters.inLayout(weights,
                    kernels.ordered(parameters.slot(weights).shape(), order));
            MemorySegment to = transformed.place(number);
            WinogradWeights pass = new WinogradWeights(tiles.m(), tiles.inputChannels(), tiles.outputChannels(),
                    plan.memory(), plan.offset(scratch) + inputScratch() + outputScratch(), products.weights());
            int first = tiles.inputChannels() * slice.worker() / contributors;
            int end = tiles.inputChannels() * (slice.worker() + 1) / contributors;
            boolean last = slice.worker() == contributors - 1;
            plan.add((_, _) -> {
                pass.run(from.block(), from.offset(), turned, first, end, to, 0);
                if (last) {
                    pass.clearPadding(to, 0);
                }
            });
        }

        @Override
        public void emitAfterBarrier(WorkerPlan plan) {
            MemorySegment memory = plan.memory();
            WinogradInput in = WinogradInput.ofInput(tiles, memory, plan.offset(scratch),
                    products.inputs());
            WinogradOutput out = new WinogradOutput(tiles, bias.isPresent(), activation, memory,
                    plan.offset(scratch) + inputScratch(), products.outputs().plane());
            WorkerOp product = products.multiply(plan, plan.place(before), plan.place(behind),
                    new ParameterMemory.Place(transformed.place(number), 0), false);
            MemorySegment block = parameters.block(Role.PARAMETER);
            long summand = bias.map(b -> parameters.slot(b).offset()).orElse(-1L);
            int all = slice.examples() * tiles.perImage();
            int group = products.inputs().matrix().rows();
            long from = plan.offset(input);
            long points = plan.offset(before);
            long results = plan.offset(behind);
            long to = plan.offset(output);
            plan.add((position, step) -> {
                in.clearScratch();
                if (summand >= 0) {
                    out.useBias(block, summand);
                }
                for (int first = 0; first < all; first += group) {
                    int count = Math.min(group, all - first); // the products of tiles that are not there go nowhere
                    in.run(from, first, count, points);
                    product.run(position, step);
                    out.run(results, first, count, to);
                }
            });
        }
    }

    /** The gradient of weights and bias. */
    private final class WeightsGradient implements LoweredOp {
        private final ConvolutionOp.BackwardWeights op;
        private final WinogradTiles tiles;
        private final WinogradProducts products;
        private final Object before = new Object(); // points of the inputs
        private final Object behind = new Object(); // and of the outputs' gradients
        private final Object sums = new Object(); // points of the weights' gradients
        private final Object scratch = new Object();

        WeightsGradient(ConvolutionOp.BackwardWeights op, WinogradTiles tiles) {
            this.op = op;
            this.tiles = tiles;
            products = kernels.gradientProducts(tiles, group(tiles, GRADIENT_TILES));
        }

        @Override
        public void planBuffers(WorkerPlan plan, int index) {
            plan.planner().use(before, products.inputs().bytes(), index);
            plan.planner().use(behind, products.outputs().bytes(), index);
            plan.planner().use(sums, products.weights().bytes(), index);
            plan.planner().use(scratch, inputScratch() + gradientScratch()
                    + WinogradWeights.scratchBytes(tiles.m()), index);
        }

        private long inputScratch() {
            return ArenaPlanner.align(WinogradInput.scratchBytes(tiles.m(), tiles.inputChannels()));
        }

        private long gradientScratch() {
            return ArenaPlanner.align(WinogradInput.scratchBytes(tiles.m(), tiles.outputChannels()));
        }

        @Override
        public void emit(WorkerPlan plan) {
            MemorySegment memory = plan.memory();
            WinogradInput in = WinogradInput.ofInput(tiles, memory, plan.offset(scratch),
                    products.inputs());
            WinogradInput gradients = WinogradInput.ofOutputGradient(tiles, memory,
                    plan.offset(scratch) + inputScratch(), products.outputs());
            WinogradWeights weights = new WinogradWeights(tiles.m(), tiles.inputChannels(), tiles.outputChannels(),
                    memory, plan.offset(scratch) + inputScratch() + gradientScratch(), products.weights());
            WorkerOp first = products.multiply(plan, plan.place(before), plan.place(behind), plan.place(sums), false);
            WorkerOp more = products.multiply(plan, plan.place(before), plan.place(behind), plan.place(sums), true);
            ParameterMemory.Place to = parameters.partial(op.weightsGradient(), slice.worker());
            int all = slice.examples() * tiles.perImage();
            int group = products.inputs().matrix().rows();
            long input = plan.offset(op.input());
            long outputGradient = plan.offset(op.outputGradient());
            long inputPoints = plan.offset(before);
            long outputPoints = plan.offset(behind);
            long sum = plan.offset(sums);
            plan.add((position, step) -> {
                in.clearScratch();
                gradients.clearScratch();
                for (int tile = 0; tile < all; tile += group) {
                    int count = Math.min(group, all - tile);
                    if (count < group) {
                        in.clear(inputPoints);
                        gradients.clear(outputPoints);
                    }
                    in.run(input, tile, count, inputPoints);
                    gradients.run(outputGradient, tile, count, outputPoints);
                    (tile == 0 ? first : more).run(position, step);
                }
                weights.gradient(memory, sum, 0, tiles.inputChannels(), to.block(), to.offset());
            });
            op.biasGradient()
                    .ifPresent(bias -> plan.add(BiasLowering.sums(plan, parameters, op.outputGradient(), bias)));
        }
    }
}
