package dev.lethe.train;

import dev.lethe.kernels.Plan;
import dev.lethe.kernels.PlanSpec;
import dev.lethe.kernels.Program;
import dev.lethe.model.Feed;
import dev.lethe.model.NetworkOps;
import dev.lethe.model.UpdateRule;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The plans that train on one batch after the other; the last of an epoch may be smaller. */
final class BatchPlans {
    private static final String WHOLE = "train";
    private static final String LAST = "train-last";

    private final int examples;
    private final Plan whole;
    private final Optional<Plan> last;

    /** Takes the plans of {@link #specs} from a program. */
    BatchPlans(Program program, TrainingConfig config, int examples) {
        this.examples = examples;
        whole = program.plan(WHOLE);
        last = remainder(config, examples).map(_ -> program.plan(LAST));
    }

    static List<PlanSpec> specs(NetworkOps ops, Feed feed, UpdateRule rule, TrainingConfig config, int examples) {
        List<PlanSpec> specs = new ArrayList<>();
        specs.add(ops.training(WHOLE, config.batch(), feed, rule, config.labelSmoothing()));
        remainder(config, examples)
                .ifPresent(rest -> specs.add(ops.training(LAST, rest, feed, rule, config.labelSmoothing())));
        return specs;
    }

    private static Optional<Integer> remainder(TrainingConfig config, int examples) {
        return Optional.of(examples % config.batch()).filter(rest -> rest > 0);
    }

    /**
     * Trains on the batch that begins at a position.
     *
     * @param step row of the learning rates
     * @return examples in the batch
     */
    int run(int position, int step) {
        Plan plan = examples - position >= whole.batch() ? whole : last.orElseThrow();
        plan.run(position, step);
        return plan.batch();
    }
}
