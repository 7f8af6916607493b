package dev.lethe.train;

import dev.lethe.kernels.Plan;
import dev.lethe.kernels.PlanSpec;
import dev.lethe.kernels.Program;
import dev.lethe.model.InputPipeline;
import dev.lethe.model.NetworkOps;
import dev.lethe.model.UpdateRule;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Plans that train on one batch after the other; the last batch of an epoch may be smaller. A batch in parts takes
 * several plans that add up gradients, and one that makes the update.
 */
final class BatchPlans {
    private static final String WHOLE = "train";
    private static final String LAST = "train-last";
    private static final String LAST_PART = "train-last-part";
    private static final String STEP = "train-step";

    private final int batch;
    private final Plan[] whole; // plans that compute a batch, in order
    private final Map<Integer, Plan[]> last = new HashMap<>(); // the same of smaller batches, by their examples
    private final @Nullable Plan update; // null where it is a part of the others
    private final Runnable beforeUpdate;
    private int presentations; // of the epoch

    /**
     * Batches of a training.
     *
     * @param config configuration of the training
     * @param sizes sizes of its epochs
     * @param separate whether updates are plans of their own, as they must be if a batch has several parts
     * @param ownLoss whether plans pause for a loss that is not theirs
     */
    record Batches(TrainingConfig config, EpochSizes sizes, boolean separate, boolean ownLoss) {
        private int part() {
            return config.batch() / config.update().parts();
        }

        /** Returns the names of the plans that compute a batch of a size, in order. */
        private List<String> names(int size) {
            boolean whole = size == config.batch();
            List<String> names = new ArrayList<>();
            for (int done = 0; done + part() <= size; done += part()) {
                names.add(whole ? WHOLE : last(LAST, size));
            }
            if (size % part() > 0) {
                names.add(last(separate ? LAST_PART : LAST, size));
            }
            if (separate) {
                names.add(STEP);
            }
            return names;
        }

        private String last(String prefix, int size) {
            return sizes.remainders().size() == 1 ? prefix : prefix + "-" + size;
        }
    }

    /**
     * Takes the plans of {@link #specs} from a program.
     *
     * @param program program to take the plans from
     * @param batches batches that the plans were made for
     * @param plans plans of the program by name, but for the update
     * @param beforeUpdate run before each update that is a plan of its own
     */
    BatchPlans(Program program, Batches batches, Function<String, Plan> plans, Runnable beforeUpdate) {
        batch = batches.config.batch();
        update = batches.separate ? program.plan(STEP) : null;
        Function<String, Plan> named = name -> name.equals(STEP) ? program.plan(STEP) : plans.apply(name);
        whole = plans(named, batches.names(batch));
        batches.sizes.remainders().forEach(rest -> last.put(rest, plans(named, batches.names(rest))));
        this.beforeUpdate = beforeUpdate;
    }

    private static Plan[] plans(Function<String, Plan> plans, List<String> names) {
        return names.stream().map(plans).toArray(Plan[]::new);
    }

    /**
     * Describes the plans.
     *
     * @param ops operations of the network
     * @param pipeline tensors that batches are drawn from
     * @param rule rule of the updates
     */
    static List<PlanSpec> specs(NetworkOps ops, InputPipeline pipeline, UpdateRule rule, Batches batches) {
        List<PlanSpec> specs = new ArrayList<>(
                steps(ops, pipeline, rule, batches).stream().map(NetworkOps.Step::plan).toList());
        if (batches.separate) {
            specs.add(ops.accumulated(STEP, rule));
        }
        return specs;
    }

    /** Describes the plans that have a loss. */
    static List<NetworkOps.Step> steps(NetworkOps ops, InputPipeline pipeline, UpdateRule rule, Batches batches) {
        int part = batches.part();
        List<NetworkOps.Step> steps = new ArrayList<>();
        NetworkOps.StepRule common = new NetworkOps.StepRule(pipeline, batches.separate ? null : rule,
                batches.config.labelSmoothing(), batches.ownLoss);
        steps.add(ops.step(WHOLE, part, batches.config.batch(), common));
        for (int rest : batches.sizes.remainders()) {
            if (rest >= part) {
                steps.add(ops.step(batches.last(LAST, rest), part, rest, common));
            }
            if (rest % part > 0) {
                String name = batches.last(batches.separate ? LAST_PART : LAST, rest);
                steps.add(ops.step(name, rest % part, rest, common));
            }
        }
        return steps;
    }

    /** Begins an epoch with a number of presentations. */
    void beginEpoch(int ofEpoch) {
        presentations = ofEpoch;
    }

    /**
     * Trains on the batch that begins at a position.
     *
     * @param position number of the batch's first presentation in the epoch
     * @param step number of the step in the epoch, the row of its learning rate
     * @return number of examples in the batch
     */
    int run(int position, int step) {
        int count = Math.min(batch, presentations - position);
        int at = position;
        for (Plan plan : count == batch ? whole : Objects.requireNonNull(last.get(count), "of the last batch")) {
            if (plan == update) {
                beforeUpdate.run();
            }
            plan.run(at, step);
            at += plan.batch();
        }
        return count;
    }
}
