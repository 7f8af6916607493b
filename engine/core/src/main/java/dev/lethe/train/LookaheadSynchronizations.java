package dev.lethe.train;

import dev.lethe.kernels.Plan;
import dev.lethe.kernels.PlanSpec;
import dev.lethe.kernels.Program;
import dev.lethe.kernels.tensor.DType;
import dev.lethe.kernels.tensor.Shape;
import dev.lethe.kernels.tensor.Tensor;
import dev.lethe.kernels.tensor.Tensor.Role;
import dev.lethe.model.NetworkOps;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** Synchronizations of Lookahead's slow and fast weights: runs of a plan between steps. */
final class LookaheadSynchronizations {
    private static final String PLAN = "lookahead";

    private final Lookahead lookahead;
    private final EpochSizes sizes;
    private final Program program;
    private final Plan plan;
    private final Tensor shares;
    private final MemorySegment memory;
    private long stepsDone;
    private int synchronizations; // of the epoch so far

    /**
     * Takes the plan of {@link #spec} from a program.
     *
     * @param program program to take the plan from
     * @param lookahead settings of Lookahead
     * @param sizes steps of the epochs
     * @param arena memory of the shares, which must outlive the program
     */
    LookaheadSynchronizations(Program program, Lookahead lookahead, EpochSizes sizes, Arena arena) {
        this.program = program;
        this.lookahead = lookahead;
        this.sizes = sizes;
        plan = program.plan(PLAN);
        shares = shares(lookahead, sizes.mostSteps());
        memory = arena.allocate(shares.bytes(), 64);
        program.bind(shares, memory);
    }

    static PlanSpec spec(NetworkOps ops, Lookahead lookahead, int steps) {
        return ops.lookahead(PLAN, shares(lookahead, steps));
    }

    /**
     * Returns the table of shares, a row for each synchronization: an epoch has at most {@code steps / every + 2},
     * because its first may come early, and the last step of training adds one.
     */
    private static Tensor shares(Lookahead lookahead, int steps) {
        return new Tensor("lookahead.shares", Role.DATA, DType.F32, Shape.of(steps / lookahead.every() + 2));
    }

    /**
     * Fills the table of shares for an epoch.
     *
     * @param epoch number of the epoch, from 0
     */
    void beginEpoch(int epoch) {
        stepsDone = sizes.stepsBefore(epoch);
        int allSteps = sizes.allSteps();
        synchronizations = 0;
        int row = 0;
        for (long step = stepsDone + 1; step <= stepsDone + sizes.steps(epoch); step++) {
            if (lookahead.synchronizesAfter(step, allSteps)) {
                memory.setAtIndex(ValueLayout.JAVA_FLOAT, row++, lookahead.share(step, allSteps));
            }
        }
        program.upload(shares);
    }

    void afterStep() {
        stepsDone++;
        if (lookahead.synchronizesAfter(stepsDone, sizes.allSteps())) {
            plan.run(synchronizations, synchronizations); // consecutive positions cost a device nothing
            synchronizations++;
        }
    }
}
