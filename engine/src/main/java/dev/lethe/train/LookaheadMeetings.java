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

/** Where Lookahead's slow and fast weights meet: a plan of its own, that is run between steps. */
final class LookaheadMeetings {
    private static final String PLAN = "lookahead";

    private final Lookahead lookahead;
    private final int steps; // of an epoch
    private final long allSteps;
    private final Program program;
    private final Plan plan;
    private final Tensor shares;
    private final MemorySegment memory;
    private long stepsDone;
    private int meetings; // of the epoch so far

    /**
     * Takes the plan of {@link #spec} from a program.
     *
     * @param steps of an epoch
     */
    LookaheadMeetings(Program program, Lookahead lookahead, int steps, int epochs, Arena arena) {
        this.program = program;
        this.lookahead = lookahead;
        this.steps = steps;
        allSteps = (long) steps * epochs;
        plan = program.plan(PLAN);
        shares = shares(lookahead, steps);
        memory = arena.allocate(shares.bytes(), 64);
        program.bind(shares, memory);
    }

    static PlanSpec spec(NetworkOps ops, Lookahead lookahead, int steps) {
        return ops.lookahead(PLAN, shares(lookahead, steps));
    }

    /** A row a meeting: an epoch's, the first of which may come soon, and one after the last step of all. */
    private static Tensor shares(Lookahead lookahead, int steps) {
        return new Tensor("lookahead.shares", Role.DATA, DType.F32, Shape.of(steps / lookahead.every() + 2));
    }

    /** @param epoch counted from 0 */
    void beginEpoch(int epoch) {
        stepsDone = (long) epoch * steps;
        meetings = 0;
        int row = 0;
        for (long step = stepsDone + 1; step <= stepsDone + steps; step++) {
            if (lookahead.meetsAfter(step, allSteps)) {
                memory.setAtIndex(ValueLayout.JAVA_FLOAT, row++, lookahead.share(step, allSteps));
            }
        }
        program.upload(shares);
    }

    void afterStep() {
        stepsDone++;
        if (lookahead.meetsAfter(stepsDone, allSteps)) {
            plan.run(meetings, meetings); // consecutive positions cost a device nothing
            meetings++;
        }
    }
}
