package dev.lethe.train;

import dev.lethe.data.DataSet;
import dev.lethe.data.ImageSet;
import dev.lethe.kernels.Plan;
import dev.lethe.kernels.PlanSpec;
import dev.lethe.kernels.Program;
import dev.lethe.model.InputPipeline;
import dev.lethe.model.NetworkOps;
import java.lang.foreign.Arena;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Plans that predict every test example once, with the network's moving averages if there are any, and their
 * predictions.
 */
final class TestPass {
    private static final int BATCH = 500;
    private static final String WHOLE = "evaluate";
    private static final String LAST = "evaluate-last";
    private static final String SWAP = "swap-averages";

    private final int examples;
    private final Presentations testPredictions;
    private final Plan whole;
    private final @Nullable Plan last; // null if all batches are whole
    private final @Nullable Plan swap; // null without moving averages

    /**
     * Takes the plans of {@link #specs} from a program and binds the test set to it.
     *
     * @param program program to take the plans from
     * @param data data set with the test examples
     * @param config configuration that the plans were made for
     * @param hostMemory whether results are in host memory
     * @param arena memory of the predictions, which must outlive the program
     */
    TestPass(Program program, DataSet data, TrainingConfig config, boolean hostMemory, Arena arena) {
        ImageSet test = data.test();
        examples = test.examples();
        InputPipeline pipeline = pipeline(data);
        testPredictions = new Presentations(program, pipeline, test, false, hostMemory, arena);
        for (int i = 0; i < examples; i++) {
            testPredictions.columns().ids().setAtIndex(ValueLayout.JAVA_INT, i, i);
        }
        program.upload(pipeline.order());
        config.testViews().all().flatMap(view -> pipeline.viewed(view).draws().stream()).map(InputPipeline.Draws::epoch)
                .distinct()
                .forEach(number -> program.bind(number, arena.allocate(ValueLayout.JAVA_INT))); // the same in every one
        whole = program.plan(WHOLE);
        last = remainder(examples).map(_ -> program.plan(LAST)).orElse(null);
        swap = config.update().averaged() ? program.plan(SWAP) : null;
    }

    static List<PlanSpec> specs(NetworkOps ops, DataSet data, TrainingConfig config) {
        int examples = data.test().examples();
        List<PlanSpec> specs = new ArrayList<>();
        specs.add(spec(ops, WHOLE, batch(examples), data, config));
        remainder(examples).ifPresent(rest -> specs.add(spec(ops, LAST, rest, data, config)));
        if (config.update().averaged()) {
            specs.add(ops.swap(SWAP));
        }
        return specs;
    }

    private static PlanSpec spec(NetworkOps ops, String name, int batch, DataSet data, TrainingConfig config) {
        return ops.evaluation(name, batch, pipeline(data), config.testViews().groups());
    }

    private static InputPipeline pipeline(DataSet data) {
        return InputPipeline.of("test", data.test().shape(), data.normalization());
    }

    private static int batch(int examples) {
        return Math.min(BATCH, examples);
    }

    private static Optional<Integer> remainder(int examples) {
        return Optional.of(examples % batch(examples)).filter(rest -> rest > 0);
    }

    /** Predicts all test examples. */
    Evaluation run() {
        swapAverages();
        try {
            predict();
        } finally {
            swapAverages();
        }
        testPredictions.download();
        return new Evaluation(testPredictions.lossSum(0, examples) / examples,
                (double) testPredictions.correctCount(0, examples) / examples);
    }

    private void swapAverages() {
        if (swap != null) {
            swap.run(0, 0);
        }
    }

    private void predict() {
        int position = 0;
        while (position < examples) {
            Plan plan = examples - position >= whole.batch() ? whole : Objects.requireNonNull(last, "of the rest");
            plan.run(position, 0);
            position += plan.batch();
        }
    }

    /** Returns the latest predictions of the test examples, in their order. */
    Presentations testPredictions() {
        return testPredictions;
    }
}
