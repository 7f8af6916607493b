package dev.lethe.nativelib.onednn;

import dev.lethe.kernels.Activation;
import dev.lethe.kernels.ArenaPlanner;
import dev.lethe.kernels.ConvolutionOp;
import dev.lethe.kernels.Tensor;
import dev.lethe.kernels.Tensor.Role;
import dev.lethe.kernels.simd.WinogradInput;
import dev.lethe.kernels.simd.WinogradOutput;
import dev.lethe.kernels.simd.WinogradTiles;
import dev.lethe.kernels.simd.WinogradWeights;
import java.lang.foreign.MemorySegment;
import java.util.Optional;
import org.bytedeco.dnnl.engine;

/**
 * Convolutions of 3x3 kernels on one worker's share by Winograd's algorithm: Vector API transforms around oneDNN's
 * batched matrix products. A slice of tiles goes through transform, products and inverse before the next, so that what
 * is between them stays in the cache. All workers transform the weights together.
 */
final class WinogradLowering {
    private static final int FORWARD_TILES = 64; // of a slice
    private static final int GRADIENT_TILES = 128;

    private final engine engine;
    private final NativeHandles handles;
    private final ParameterMemory parameters;
    private final TransformedWeights transformed;
    private final Share share;
    private final int contributors;
    private int convolutions; // lowered so far, of those that transform weights

    /**
     * A lowering.
     *
     * @param contributors workers that have a share of the batch
     */
    WinogradLowering(engine engine, NativeHandles handles, ParameterMemory parameters, TransformedWeights transformed,
            Share share, int contributors) {
        this.engine = engine;
        this.handles = handles;
        this.parameters = parameters;
        this.transformed = transformed;
        this.share = share;
        this.contributors = contributors;
    }

    Lowered forward(ConvolutionOp.Forward op, int m) {
        return new Convolution(op.input(), op.weights(), Descriptors.WeightOrder.OUTPUTS_LAST, false, op.bias(),
                op.activation(), op.output(), WinogradTiles.of(m, op.spec(), op.input().shape()));
    }

    Lowered backwardData(ConvolutionOp.BackwardData op, int m) {
        return new Convolution(op.outputGradient(), op.weights(), Descriptors.WeightOrder.INPUTS_LAST, true,
                Optional.empty(), Activation.IDENTITY, op.inputGradient(),
                WinogradTiles.of(m, op.spec(), op.inputGradient().shape()).ofInputGradient());
    }

    Lowered backwardWeights(ConvolutionOp.BackwardWeights op, int m) {
        return new WeightsGradient(op, WinogradTiles.of(m, op.spec(), op.input().shape()));
    }

    /**
     * How many tiles a slice has, so that slices are as even as possible. Two where there is one: oneDNN's batched
     * product is wrong where its sums have a single term and its matrices do not stand close together.
     */
    private int slice(WinogradTiles tiles, int most) {
        int all = share.examples() * tiles.perImage();
        int slices = (all + most - 1) / most;
        return Math.max(2, (all + slices - 1) / slices);
    }

    /** From images to images; the gradient of the input is one, too. */
    private final class Convolution implements Lowered {
        private final Tensor input;
        private final Tensor weights;
        private final Descriptors.WeightOrder order;
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

        Convolution(Tensor input, Tensor weights, Descriptors.WeightOrder order, boolean turned, Optional<Tensor> bias,
                Activation activation, Tensor output, WinogradTiles tiles) {
            this.input = input;
            this.weights = weights;
            this.order = order;
            this.turned = turned;
            this.bias = bias;
            this.activation = activation;
            this.output = output;
            this.tiles = tiles;
            products = WinogradProducts.of(tiles, slice(tiles, FORWARD_TILES));
            transformed.need(products.weightBytes());
        }

        @Override
        public void planBuffers(WorkerPlan plan, int index) {
            plan.planner().use(before, products.inputBytes(), index);
            plan.planner().use(behind, products.outputBytes(), index);
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
                    Descriptors.ordered(parameters.slot(weights).plain(), 4, order));
            MemorySegment to = transformed.place(number);
            WinogradWeights pass = new WinogradWeights(tiles.m(), tiles.inputChannels(), tiles.outputChannels(),
                    plan.memory(), plan.offset(scratch) + inputScratch() + outputScratch(), products.weightPlane());
            int first = tiles.inputChannels() * share.worker() / contributors;
            int end = tiles.inputChannels() * (share.worker() + 1) / contributors;
            boolean last = share.worker() == contributors - 1;
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
                    products.inputPlane());
            WinogradOutput out = new WinogradOutput(tiles, bias.isPresent(), activation, memory,
                    plan.offset(scratch) + inputScratch(), products.outputPlane());
            PrimitiveCall product = products.forward(engine, handles, plan, plan.address(before),
                    new NativeAddress(transformed.place(number), 0), plan.address(behind));
            MemorySegment block = parameters.block(Role.PARAMETER);
            long summand = bias.map(b -> parameters.slot(b).offset()).orElse(-1L);
            int all = share.examples() * tiles.perImage();
            int slice = products.tiles();
            long from = plan.offset(input);
            long points = plan.offset(before);
            long results = plan.offset(behind);
            long to = plan.offset(output);
            plan.add((position, step) -> {
                in.clearScratch();
                if (summand >= 0) {
                    out.useBias(block, summand);
                }
                for (int first = 0; first < all; first += slice) {
                    int count = Math.min(slice, all - first); // the products of tiles that are not there go nowhere
                    in.run(from, first, count, points);
                    product.run(position, step);
                    out.run(results, first, count, to);
                }
            });
        }
    }

    /** The gradient of weights and bias. */
    private final class WeightsGradient implements Lowered {
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
            products = WinogradProducts.of(tiles, slice(tiles, GRADIENT_TILES));
        }

        @Override
        public void planBuffers(WorkerPlan plan, int index) {
            plan.planner().use(before, products.inputBytes(), index);
            plan.planner().use(behind, products.outputBytes(), index);
            plan.planner().use(sums, products.weightBytes(), index);
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
                    products.inputPlane());
            WinogradInput gradients = WinogradInput.ofOutputGradient(tiles, memory,
                    plan.offset(scratch) + inputScratch(), products.outputPlane());
            WinogradWeights weights = new WinogradWeights(tiles.m(), tiles.inputChannels(), tiles.outputChannels(),
                    memory, plan.offset(scratch) + inputScratch() + gradientScratch(), products.weightPlane());
            PrimitiveCall first = products.gradient(engine, handles, plan, false, plan.address(before),
                    plan.address(behind), plan.address(sums));
            PrimitiveCall more = products.gradient(engine, handles, plan, true, plan.address(before),
                    plan.address(behind), plan.address(sums));
            ParameterMemory.Place to = parameters.partial(op.weightsGradient(), share.worker());
            int all = share.examples() * tiles.perImage();
            int slice = products.tiles();
            long input = plan.offset(op.input());
            long outputGradient = plan.offset(op.outputGradient());
            long inputPoints = plan.offset(before);
            long outputPoints = plan.offset(behind);
            long sum = plan.offset(sums);
            plan.add((position, step) -> {
                in.clearScratch();
                gradients.clearScratch();
                for (int tile = 0; tile < all; tile += slice) {
                    int count = Math.min(slice, all - tile);
                    if (count < slice) {
                        in.clear(inputPoints, slice);
                        gradients.clear(outputPoints, slice);
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
