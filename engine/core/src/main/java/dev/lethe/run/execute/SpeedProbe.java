package dev.lethe.run.execute;

import dev.lethe.data.DataSet;
import dev.lethe.kernels.Backend;
import dev.lethe.kernels.Backends;
import dev.lethe.run.RunSettings;
import dev.lethe.train.EpochMetrics;
import dev.lethe.train.Trainer;
import dev.lethe.train.TrainingConfig;
import dev.lethe.train.TrainingListener;
import java.io.IOException;
import java.util.stream.IntStream;

/**
 * Speed at which this machine trains and tests a network, measured for two seconds or a little more on some of the
 * images. The rate of learning is so low that nothing is learned: the few images are trained on over and over, and no
 * setting may diverge here that would not on all of them.
 *
 * @param trainedPerSecond images in a second of training
 * @param testedPerSecond images in a second of testing
 */
public record SpeedProbe(double trainedPerSecond, double testedPerSecond) {
    private static final int BATCHES = 4;
    private static final double LEAST_SECONDS = 1;
    private static final double NANOS = 1e9;
    private static final float NO_RATE = 1e-20f;

    /** Measures the speed of settings, with the threads that they have and nothing beside them. */
    public static SpeedProbe measure(RunSettings settings, DataSet data) throws IOException {
        TrainingConfig config = settings.training();
        int some = Math.min(data.train().examples(), BATCHES * config.batch());
        DataSet train = data.withTrainExamples(IntStream.range(0, some).toArray());
        DataSet small = new DataSet(train.name(), train.train(), train.train(), train.classNames(),
                train.normalization());
        TrainingConfig endless = config.withEpochs(Integer.MAX_VALUE / some).withLearningRate(NO_RATE);
        try (Backend backend = Backends.open(settings.backend(), settings.threads());
                Trainer trainer = new Trainer(backend, settings.createNetwork(data.classes()), small,
                        endless, settings.arithmetic())) {
            timed(trainer, some); // until the JVM has compiled what matters
            return timed(trainer, some);
        }
    }

    private static SpeedProbe timed(Trainer trainer, int examples) throws IOException {
        double training = 0;
        int epochs = 0;
        long started = System.nanoTime();
        while (epochs == 0 || (System.nanoTime() - started) / NANOS < LEAST_SECONDS) {
            EpochMetrics metrics = trainer.trainEpoch(TrainingListener.NONE);
            training += metrics.trainSeconds();
            epochs++;
        }
        double all = (System.nanoTime() - started) / NANOS;
        double presentations = (double) examples * epochs;
        return new SpeedProbe(presentations / training, presentations / (all - training));
    }

    /**
     * Estimates the time of a run in seconds.
     *
     * @param trained images that it trains on
     * @param tested images that it tests
     */
    public double seconds(long trained, long tested) {
        return trained / trainedPerSecond + tested / testedPerSecond;
    }
}
