package dev.lethe.examples;

import dev.lethe.data.DataSet;
import dev.lethe.kernels.Backend;
import dev.lethe.kernels.Backends;
import dev.lethe.kernels.op.Optimizer;
import dev.lethe.model.Layer;
import dev.lethe.model.Network;
import dev.lethe.train.Arithmetic;
import dev.lethe.train.Predictor;
import dev.lethe.train.Schedule;
import dev.lethe.train.Trainer;
import dev.lethe.train.TrainingConfig;
import dev.lethe.train.TrainingListener;
import dev.lethe.train.checkpoint.Safetensors;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/** A residual network of one's own: trained by one's own learning rate, kept in checkpoints, asked for logits. */
final class OwnResidualNetwork {
    private OwnResidualNetwork() {}

    // @start region="ownResidualNetwork"
    static float[][] testLogits(DataSet data, int epochs, Path folder) throws IOException {
        Network network = Network.of("tiny-resnet", Layer.convolution("conv", 8, 3).padding(1).withoutBias(),
                Layer.batchNorm("bn"), Layer.relu(),
                Layer.residual(Layer.convolution("block.conv", 16, 3).stride(2).padding(1).withoutBias(),
                        Layer.batchNorm("block.bn")).shortcut(Layer.convolution("block.shortcut", 16, 1).stride(2)),
                Layer.relu(), Layer.globalAveragePool(), Layer.linear("fc", data.classes()));
        Schedule halved = Schedule.of("half after each epoch", (step, perEpoch, _) -> Math.pow(0.5, step / perEpoch));
        TrainingConfig config = TrainingConfig.of(new Optimizer.Sgd(0.9f, true, 5e-4f)).withSeed(1).withEpochs(4)
                .withBatch(32).withLearningRate(0.1f).withSchedule(halved);
        try (Backend backend = Backends.open("auto", 2);
                Trainer trainer = new Trainer(backend, network, data, config, Arithmetic.PLAIN);
                Predictor predictor = new Predictor(backend, network, data.test().shape().withFirst(1),
                        data.normalization(), Arithmetic.PLAIN)) {
            for (int epoch = 4; epoch > 0; epoch--) { // from the last checkpoint that is whole
                Path state = folder.resolve(epoch + ".optimizer"); // written after the weights
                if (Files.exists(state)) {
                    trainer.restore(epoch, Safetensors.read(folder.resolve(epoch + ".weights")).arrays(),
                            Safetensors.read(state).arrays());
                    break;
                }
            }
            while (trainer.epochs() < epochs) {
                int epoch = trainer.trainEpoch(TrainingListener.NONE).epoch();
                new Safetensors(trainer.weights(), Map.of()).write(folder.resolve(epoch + ".weights"));
                new Safetensors(trainer.optimizerState(), Map.of()).write(folder.resolve(epoch + ".optimizer"));
            }
            predictor.load(trainer.weights());
            return predictor.logits(data.test()); // [image][class]
        }
    }
    // @end
}
