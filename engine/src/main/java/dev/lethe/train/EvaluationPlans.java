package dev.lethe.train;

import dev.lethe.kernels.Plan;
import dev.lethe.kernels.PlanSpec;
import dev.lethe.kernels.Program;
import dev.lethe.model.Feed;
import dev.lethe.model.NetworkOps;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The plans that predict every example once, with the moving averages of the network where there are some. */
final class EvaluationPlans {
    private static final int BATCH = 500;
    private static final String WHOLE = "evaluate";
    private static final String LAST = "evaluate-last";
    private static final String SWAP = "swap-averages";

    private final int examples;
    private final Plan whole;
    private final Optional<Plan> last;
    private final Optional<Plan> swap;

    /** Takes the plans of {@link #specs} from a program. */
    EvaluationPlans(Program program, TrainingConfig config, int examples) {
        this.examples = examples;
        whole = program.plan(WHOLE);
        last = remainder(examples).map(_ -> program.plan(LAST));
        swap = config.update().averaged() ? Optional.of(program.plan(SWAP)) : Optional.empty();
    }

    static List<PlanSpec> specs(NetworkOps ops, Feed feed, TrainingConfig config, int examples) {
        List<PlanSpec> specs = new ArrayList<>();
        specs.add(spec(ops, WHOLE, batch(examples), feed, config));
        remainder(examples).ifPresent(rest -> specs.add(spec(ops, LAST, rest, feed, config)));
        if (config.update().averaged()) {
            specs.add(ops.swap(SWAP));
        }
        return specs;
    }

    private static PlanSpec spec(NetworkOps ops, String name, int batch, Feed feed, TrainingConfig config) {
        return ops.evaluation(name, batch, feed, config.testViews().groups());
    }

    private static int batch(int examples) {
        return Math.min(BATCH, examples);
    }

    private static Optional<Integer> remainder(int examples) {
        return Optional.of(examples % batch(examples)).filter(rest -> rest > 0);
    }

    /** Predicts all examples. */
    void run() {
        if (swap.isEmpty()) {
            predict();
            return;
        }
        swap.get().run(0, 0);
        try {
            predict();
        } finally {
            swap.get().run(0, 0);
        }
    }

    private void predict() {
        int position = 0;
        while (position < examples) {
            Plan plan = examples - position >= whole.batch() ? whole : last.orElseThrow();
            plan.run(position, 0);
            position += plan.batch();
        }
    }
}
