package consumer;

import dev.lethe.data.DataSet;
import dev.lethe.data.DataSets;
import dev.lethe.kernels.Backend;
import dev.lethe.kernels.Backends;
import dev.lethe.kernels.op.Optimizer;
import dev.lethe.model.Layer;
import dev.lethe.model.Network;
import dev.lethe.train.Trainer;
import dev.lethe.train.TrainingConfig;
import dev.lethe.train.TrainingListener;
import java.io.IOException;
import java.util.stream.IntStream;

/** A program that trains a linear classifier on some digits with the backend that its argument names. */
public final class Train {
    private Train() {}

    public static void main(String[] arguments) throws IOException {
        DataSet digits = DataSets.load("mnist").withTrainExamples(IntStream.range(0, 256).toArray());
        Network network = Network.of("linear", Layer.linear("classes", 10));
        TrainingConfig config = TrainingConfig.of(new Optimizer.Sgd(0.9f, true, 0)).withEpochs(3).withBatch(32)
                .withLearningRate(0.05f);
        try (Backend backend = Backends.open(arguments[0], 1);
                Trainer trainer = new Trainer(backend, network, digits, config)) {
            double accuracy = trainer.train(TrainingListener.NONE).getLast().testAccuracy();
            System.out.println("backend=" + backend.info().name() + " of " + backend.getClass().getModule().getName());
            System.out.println("modules=" + DataSets.class.getModule().getName() + " " + Train.class.getModule().getName());
            System.out.println("accuracy=" + accuracy);
        }
    }
}
