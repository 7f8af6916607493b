package dev.lethe.run.execute;

import dev.lethe.data.DataSet;
import dev.lethe.kernels.Backend;
import dev.lethe.kernels.Backends;
import dev.lethe.kernels.MemoryUse;
import dev.lethe.kernels.tensor.DType;
import dev.lethe.kernels.tensor.Shape;
import dev.lethe.model.KeptActivations;
import dev.lethe.model.Network;
import dev.lethe.model.NetworkTable;
import dev.lethe.run.RunException;
import dev.lethe.run.RunSettings;
import dev.lethe.run.RunSpec;
import dev.lethe.train.TrainingConfig;

/** Estimate of the memory of a run before its network is compiled, to refuse at once what can never fit. */
final class MemoryEstimate {
    /** End of a message about a run that does not fit in memory. */
    static final String REMEDY = "choose a smaller batch, a batch in parts (accumulate), smaller images, dtype bf16, "
            + "or a smaller network";

    private MemoryEstimate() {}

    /**
     * Refuses a run that cannot fit in what is free.
     *
     * @throws RunException saying how much it needs at the least, and how much is free
     */
    static void requireFits(RunSpec run, DataSet data, MemoryBudget memory) {
        long least = atLeast(run.settings(), data);
        long free = memory.available();
        if (least > free && computesInHostMemory(run.settings())) {
            throw new RunException("run '" + run.label() + "' needs at least " + MemoryUse.text(least)
                    + " of memory where " + MemoryUse.text(free) + " are free: " + REMEDY);
        }
    }

    private static boolean computesInHostMemory(RunSettings settings) {
        try (Backend backend = Backends.open(settings.backend(), 1)) {
            return backend.freeMemory().isEmpty();
        }
    }

    /** Returns a number of bytes below which no run of these settings can be trained in the host's memory. */
    static long atLeast(RunSettings settings, DataSet data) {
        TrainingConfig config = settings.training();
        Network network = settings.createNetwork(data.classes());
        Shape image = data.train().shape().withFirst(1);
        long perElement = settings.arithmetic().activations().orElse(DType.BF16).bytes();
        long examples = Math.ceilDiv(config.batch(), config.update().parts());
        long parametersAndGradients = 2L * Float.BYTES * NetworkTable.of(network, image).parameters();
        return Math.multiplyExact(examples * perElement, KeptActivations.perExample(network, image))
                + parametersAndGradients;
    }
}
