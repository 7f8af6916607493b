package dev.lethe.train;

import dev.lethe.kernels.Plan;
import dev.lethe.kernels.PlanSpec;
import dev.lethe.kernels.Program;
import dev.lethe.model.InputPipeline;
import dev.lethe.model.NetworkOps;
import dev.lethe.model.UpdateRule;
import java.util.ArrayList;
import java.util.List;
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

    private final int examples;
    private final int batch;
    private final Plan[] whole; // plans that compute a batch, in order
    private final Plan[] last;
    private final @Nullable Plan update; // null where it is a part of the others
    private final Runnable beforeUpdate;

    /**
     * Takes the plans of {@link #specs} from a program.
     *
     * @param program program to take the plans from
     * @param config configuration that the plans were made for
     * @param examples number of training examples
     * @param separate whether updates are plans of their own
     * @param beforeUpdate run before each update that is a plan of its own
     */
    BatchPlans(Program program, TrainingConfig config, int examples, boolean separate, Runnable beforeUpdate) {
        this.examples = examples;
        batch = config.batch();
        whole = plans(program, names(config, batch, WHOLE, separate));
        last = plans(program, names(config, examples % batch, LAST, separate));
        update = separate ? program.plan(STEP) : null;
        this.beforeUpdate = beforeUpdate;
    }

    private static Plan[] plans(Program program, List<String> names) {
        return names.stream().map(program::plan).toArray(Plan[]::new);
    }

    /** Returns the names of the plans that compute a batch of a size, in order. */
    private static List<String> names(TrainingConfig config, int size, String prefix, boolean separate) {
        int part = part(config);
        List<String> names = new ArrayList<>();
        for (int done = 0; done + part <= size; done += part) {
            names.add(prefix);
        }
        if (size % part > 0) {
            names.add(separate ? LAST_PART : LAST);
        }
        if (separate && size > 0) {
            names.add(STEP);
        }
        return names;
    }

    private static int part(TrainingConfig config) {
        return config.batch() / config.update().parts();
    }

    /**
     * Describes the plans.
     *
     * @param ops operations of the network
     * @param pipeline tensors that batches are drawn from
     * @param rule rule of the updates
     * @param config configuration of the training
     * @param examples number of training examples
     * @param separate whether updates are plans of their own, as they must be if a batch has several parts
     */
    static List<PlanSpec> specs(NetworkOps ops, InputPipeline pipeline, UpdateRule rule, TrainingConfig config,
            int examples,
            boolean separate) {
        List<PlanSpec> specs = new ArrayList<>();
        float smoothing = config.labelSmoothing();
        int rest = examples % config.batch();
        if (!separate) {
            specs.add(ops.training(WHOLE, config.batch(), pipeline, rule, smoothing));
            if (rest > 0) {
                specs.add(ops.training(LAST, rest, pipeline, rule, smoothing));
            }
            return specs;
        }
        int part = part(config);
        specs.add(ops.accumulation(WHOLE, part, config.batch(), pipeline, smoothing));
        if (rest >= part) {
            specs.add(ops.accumulation(LAST, part, rest, pipeline, smoothing));
        }
        if (rest % part > 0) {
            specs.add(ops.accumulation(LAST_PART, rest % part, rest, pipeline, smoothing));
        }
        specs.add(ops.accumulated(STEP, rule));
        return specs;
    }

    /**
     * Trains on the batch that begins at a position.
     *
     * @param position number of the batch's first presentation in the epoch
     * @param step number of the step in the epoch, the row of its learning rate
     * @return number of examples in the batch
     */
    int run(int position, int step) {
        int count = Math.min(batch, examples - position);
        int at = position;
        for (Plan plan : count == batch ? whole : last) {
            if (plan == update) {
                beforeUpdate.run();
            }
            plan.run(at, step);
            at += plan.batch();
        }
        return count;
    }
}
