package dev.lethe.kernels;

import static dev.lethe.kernels.Tensors.parameter;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lethe.kernels.op.Activation;
import dev.lethe.kernels.op.ConvolutionOp;
import dev.lethe.kernels.op.ConvolutionSpec;
import dev.lethe.kernels.tensor.Shape;
import dev.lethe.kernels.tensor.Tensor;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

/** The promises of a backend to programs that several threads run and close. */
public abstract class ThreadContract extends ComparedBackend {
    private static PlanSpec convolutionPlan(Tensor input) {
        ConvolutionSpec spec = new ConvolutionSpec(8, 8, 3, 1, 1, 1, 1);
        return new PlanSpec("forward", input.shape().dim(0), List.of(new ConvolutionOp.Forward(spec, input,
                parameter("weights", spec.weightsShape()), Optional.empty(), Activation.IDENTITY,
                new Tensor("output", Tensor.Role.ACTIVATION, input.dtype(), input.shape()))));
    }

    /** A thread that runs a plan over and over, until that is refused. */
    private static final class EndlessRuns extends Thread {
        private final Plan plan;
        private final CountDownLatch runs = new CountDownLatch(3);
        private volatile Throwable end;

        EndlessRuns(Plan plan) {
            super("endless runs");
            this.plan = plan;
            setDaemon(true);
        }

        @Override
        public void run() {
            try {
                while (true) {
                    plan.run(0, 0);
                    runs.countDown();
                }
            } catch (Throwable e) { // for the test
                end = e;
                while (runs.getCount() > 0) {
                    runs.countDown();
                }
            }
        }

        void assertRefusedBecauseClosed() throws InterruptedException {
            join();
            assertEquals(IllegalStateException.class, end.getClass(), () -> "" + end);
            assertTrue(end.getMessage().contains("closed"), end.getMessage());
        }
    }

    @Test
    void shouldCloseAProgramThatAnotherThreadRuns() throws InterruptedException {
        for (int i = 0; i < 20; i++) {
            Program program = backend
                    .compile(new ProgramSpec(List.of(convolutionPlan(activation("input", 6, 9, 9, 8)))));
            EndlessRuns runs = new EndlessRuns(program.plan("forward"));
            runs.start();
            runs.runs.await();
            program.close();
            runs.assertRefusedBecauseClosed();
        }
    }

    @Test
    void shouldCloseWithAProgramThatAnotherThreadRuns() throws InterruptedException {
        Program program = backend.compile(new ProgramSpec(List.of(convolutionPlan(activation("input", 6, 9, 9, 8)))));
        EndlessRuns runs = new EndlessRuns(program.plan("forward"));
        runs.start();
        runs.runs.await();
        backend.close();
        runs.assertRefusedBecauseClosed();
        program.close();
        assertThrows(IllegalStateException.class, () -> program.plan("forward"));
        ProgramSpec another = new ProgramSpec(List.of(convolutionPlan(activation("input", 6, 9, 9, 8))));
        assertThrows(IllegalStateException.class, () -> backend.compile(another));
    }

    /** A regression: both waited for each other's workers for ever. */
    @Test
    void shouldRunProgramsOfTwoThreadsInTurns() throws Exception {
        Tensor input = activation("input", 6, 9, 9, 8);
        ProgramSpec spec = new ProgramSpec(List.of(convolutionPlan(input)));
        try (Program first = backend.compile(spec);
                Program second = backend.compile(spec);
                ExecutorService threads = Executors.newFixedThreadPool(2)) {
            List<Callable<float[]>> tasks = List.of(() -> lastOutput(first, input, 100),
                    () -> lastOutput(second, input, 100));
            List<Future<float[]>> outputs = threads.invokeAll(tasks);
            float[] expected = lastOutput(first, input, 1);
            assertArrayEquals(expected, outputs.getFirst().get());
            assertArrayEquals(expected, outputs.getLast().get());
        }
    }

    private static float[] lastOutput(Program program, Tensor input, int runs) {
        Plan plan = program.plan("forward");
        Tensor weights = parameter("weights", Shape.of(8, 8, 3, 3));
        program.write(weights, normal(weights, 4));
        for (int i = 0; i < runs; i++) {
            program.write(input, normal(input, 3));
            plan.run(0, 0);
        }
        return program.read(new Tensor("output", Tensor.Role.ACTIVATION, input.dtype(), input.shape()));
    }
}
