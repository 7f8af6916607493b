package dev.lethe.train;

import static java.lang.foreign.ValueLayout.JAVA_FLOAT;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import dev.lethe.kernels.Plan;
import dev.lethe.kernels.PlanSpec;
import dev.lethe.kernels.Program;
import dev.lethe.model.NetworkOps;
import java.lang.foreign.MemorySegment;

/**
 * Plan whose loss is computed by a function of the caller's, on the host, while the plan pauses between its forward and
 * its backward pass.
 */
final class OwnLossPlan implements Plan {
    /**
     * The caller's function and the memory of an epoch that it needs.
     *
     * @param function loss and its gradient
     * @param labels class of each example: int32 (examples)
     * @param ids example of each presentation: int32 (presentations)
     * @param weights factor of each presentation's gradient: float32 (presentations)
     * @param losses receives the loss of each presentation: float32 (presentations)
     */
    record Source(LossFunction function, MemorySegment labels, MemorySegment ids, MemorySegment weights,
            MemorySegment losses) {}

    private final Program program;
    private final NetworkOps.OwnLoss loss;
    private final Source source;
    private final Plan forward;
    private final Plan backward;

    /**
     * Takes both parts of a plan from a program.
     *
     * @param plan plan that pauses
     * @param loss what is read and written while it does
     */
    OwnLossPlan(Program program, PlanSpec plan, NetworkOps.OwnLoss loss, Source source) {
        this.program = program;
        this.loss = loss;
        this.source = source;
        forward = program.plan(plan.parts().getFirst().name());
        backward = program.plan(plan.parts().getLast().name());
    }

    @Override
    public String name() {
        return forward.name();
    }

    @Override
    public int batch() {
        return forward.batch();
    }

    @Override
    public void run(int position, int step) {
        forward.run(position, step);
        int[] ids = new int[batch()];
        int[] labels = new int[batch()];
        for (int n = 0; n < ids.length; n++) {
            ids[n] = source.ids.getAtIndex(JAVA_INT, position + n);
            labels[n] = source.labels.getAtIndex(JAVA_INT, ids[n]);
        }
        LogitBatch batch = new LogitBatch(program.read(loss.logits()), labels, ids);
        source.function.compute(batch);
        float[] gradient = new float[batch.gradients().length];
        for (int n = 0; n < ids.length; n++) {
            source.losses.setAtIndex(JAVA_FLOAT, position + n, (float) batch.losses()[n]);
            float weight = source.weights.getAtIndex(JAVA_FLOAT, position + n);
            requireFinite(batch, n);
            for (int i = n * batch.classes(); i < (n + 1) * batch.classes(); i++) {
                gradient[i] = weight * (batch.gradients()[i] / loss.meanOver());
            }
        }
        program.write(loss.gradient(), gradient);
        backward.run(position, step);
    }

    /** Refuses a gradient by which all weights would be lost although the loss looks sound. */
    private static void requireFinite(LogitBatch batch, int example) {
        for (int c = 0; c < batch.classes() && Double.isFinite(batch.losses()[example]); c++) {
            float derivative = batch.gradients()[example * batch.classes() + c];
            if (!Float.isFinite(derivative)) {
                throw new IllegalStateException("the loss of example " + batch.ids()[example] + " is "
                        + batch.losses()[example] + " and its gradient for class " + c + " is " + derivative
                        + ": give finite derivatives, and compare them by checked()");
            }
        }
    }
}
