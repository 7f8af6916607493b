package dev.lethe.run.execute;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lethe.data.DataSet;
import dev.lethe.kernels.Backend;
import dev.lethe.kernels.op.Optimizer;
import dev.lethe.model.Layer;
import dev.lethe.model.Network;
import dev.lethe.train.Arithmetic;
import dev.lethe.train.FailingBackend;
import dev.lethe.train.SomeOfMnist;
import dev.lethe.train.TrainingConfig;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import dev.lethe.run.Procedure;
import org.junit.jupiter.api.Test;

class AlternatingProcedureTest {
    private static final DataSet DATA = SomeOfMnist.of(80, 20);

    private static AlternatingProcedure procedure(Backend backend) {
        TaskSplit split = new TaskSplit(IntStream.range(0, 40).toArray(), IntStream.range(40, 80).toArray());
        return new AlternatingProcedure(
                new Procedure.Alternating(Procedure.Alternating.Tasks.RANDOM, 40, 1, 1, List.of()), split, backend,
                new Network("tiny", List.of(Layer.linear("classifier", 10))), DATA,
                TrainingConfig.of(new Optimizer.Sgd(0, false, 0)).withSeed(1).withEpochs(1).withBatch(20)
                        .withLearningRate(0.01f),
                Arithmetic.PLAIN, Path.of("none"));
    }

    @Test
    void shouldCloseTheFirstTrainerWhereTheSecondCannotBeMade() {
        int calls = FailingBackend.requireNothingIsLeft(AlternatingProcedureTest::procedure,
                AlternatingProcedure::close);
        assertTrue(calls > 50, "calls=" + calls);
    }

    @Test
    void shouldCloseBothTrainersThoughOneFailsToClose() {
        FailingBackend.requireAllAreClosedThoughOneFails(AlternatingProcedureTest::procedure,
                AlternatingProcedure::close);
    }
}
