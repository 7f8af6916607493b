package dev.lethe.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lethe.kernels.Backend;
import dev.lethe.kernels.Backends;
import dev.lethe.kernels.op.Optimizer;
import dev.lethe.tracker.ForgettingTracker;
import dev.lethe.tracker.TrackerSpec;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Moves that a trainer refuses: out of turn, by a second thread, after it was closed. */
@Timeout(60)
class TrainerUseTest {
    private static final RandomNetwork NETWORK = RandomNetwork.of(3);
    private final Backend backend = Backends.open("onednn", 2);

    @AfterEach
    void closeBackend() {
        backend.close();
    }

    private Trainer trainer(int epochs) {
        return new Trainer(backend, NETWORK.network(), NETWORK.data(),
                TrainingConfig.of(new Optimizer.Sgd(0.9f, false, 0)).withSeed(1).withEpochs(epochs)
                        .withBatch(NETWORK.batch()).withLearningRate(0.01f));
    }

    private static void train(Trainer trainer, TrainingListener listener) throws IOException {
        trainer.train(listener);
    }

    private static String refusal(Callable<?> move) {
        return assertThrows(IllegalStateException.class, move::call).getMessage();
    }

    private static Trainer.Epoch begin(Trainer trainer) {
        return trainer.beginEpoch(TrainingListener.NONE);
    }

    @Test
    void shouldRefuseAnEpochAfterTheLast() throws IOException {
        try (Trainer trainer = trainer(2)) {
            train(trainer, TrainingListener.NONE);
            String message = refusal(() -> begin(trainer));
            assertTrue(message.contains("epochs=2 of 2 are trained"), message);
            assertEquals(2, trainer.epochs());
        }
    }

    @Test
    void shouldRefuseTwoOpenEpochsAndASecondEnd() throws IOException {
        try (Trainer trainer = trainer(3);
                ForgettingTracker tracker = ForgettingTracker
                        .inMemory(TrackerSpec.of(NETWORK.data().train().examples(), 3))) {
            Trainer.Epoch epoch = trainer.beginEpoch(tracker, TrainingListener.NONE);
            assertTrue(refusal(() -> begin(trainer)).contains("epoch=1 has begun and not ended"));
            assertTrue(refusal(epoch::end).contains("presentations=0 of"));
            while (epoch.step()) {
                assertEquals(0, tracker.committedEpochs());
            }
            epoch.end();
            assertTrue(refusal(epoch::end).contains("has ended"));
            assertEquals(1, tracker.committedEpochs());
            assertEquals(1, trainer.epochs());
        }
    }

    /** A checkpoint replaces the state of an epoch that was broken off. */
    @Test
    void shouldBeginAnEpochAgainFromACheckpoint() throws IOException {
        try (Trainer trainer = trainer(1); Trainer other = trainer(1)) {
            var weights = trainer.weights();
            var state = trainer.optimizerState();
            begin(trainer).step();
            trainer.restore(0, weights, state);
            EpochMetrics metrics = trainer.trainEpoch(TrainingListener.NONE);
            assertEquals(other.trainEpoch(TrainingListener.NONE).trainLoss(),
                    metrics.trainLoss());
        }
    }

    @Test
    void shouldRefuseToGoOnWithAnEpochFromBeforeACheckpoint() throws IOException {
        try (Trainer trainer = trainer(2)) {
            var weights = trainer.weights();
            var state = trainer.optimizerState();
            Trainer.Epoch before = begin(trainer);
            before.step();
            trainer.restore(0, weights, state);
            assertTrue(refusal(before::step).contains("a checkpoint was restored since this epoch began"));
            Trainer.Epoch after = begin(trainer);
            assertTrue(refusal(before::step).contains("a checkpoint was restored since this epoch began"));
            while (after.step()) {
                assertEquals(0, trainer.epochs());
            }
            after.end();
            assertEquals(1, trainer.epochs());
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {-1, 3, Integer.MAX_VALUE, Integer.MIN_VALUE})
    void shouldRefuseACheckpointOfEpochsThatThereAreNot(int epochs) throws IOException {
        try (Trainer trainer = trainer(2)) {
            trainer.trainEpoch(TrainingListener.NONE);
            var weights = trainer.weights();
            var state = trainer.optimizerState();
            String message = assertThrows(IllegalArgumentException.class,
                    () -> trainer.restore(epochs, weights, state)).getMessage();
            assertTrue(message.contains("trainedEpochs=" + epochs + ": choose between 0 and epochs=2"), message);
            assertEquals(1, trainer.epochs());
        }
    }

    @Test
    void shouldRefusePredictionsThatWereNotMade() throws IOException {
        try (Trainer trainer = trainer(2)) {
            assertTrue(refusal(trainer::testPredictions).contains("was not evaluated yet"));
            assertTrue(refusal(trainer::presentations).contains("no epoch has begun yet"));
            trainer.evaluate();
            assertEquals(NETWORK.data().test().examples(), trainer.testPredictions().rows());
            assertTrue(refusal(trainer::presentations).contains("no epoch has begun yet"));
            trainer.trainEpoch(TrainingListener.NONE);
            assertEquals(NETWORK.data().train().examples(), trainer.presentations().rows());
            trainer.restore(1, trainer.weights(), trainer.optimizerState());
            assertTrue(refusal(trainer::testPredictions).contains("was not evaluated yet"));
            assertTrue(refusal(trainer::presentations).contains("no epoch has begun yet"));
        }
    }

    @Test
    void shouldRefuseOtherInitialWeightsOnceTrainingHasBegun() throws IOException {
        try (Trainer trainer = trainer(2)) {
            var weights = trainer.weights();
            trainer.evaluate();
            trainer.begin(weights);
            assertTrue(refusal(trainer::testPredictions).contains("was not evaluated yet"));
            Trainer.Epoch epoch = begin(trainer);
            assertTrue(refusal(() -> {
                trainer.begin(weights);
                return null;
            }).contains("training has begun, with epochs=0 trained"));
            while (epoch.step()) {
                assertEquals(0, trainer.epochs());
            }
            epoch.end();
            assertTrue(refusal(() -> {
                trainer.begin(weights);
                return null;
            }).contains("training has begun, with epochs=1 trained"));
        }
    }

    @Test
    void shouldRefuseUseAfterClose() {
        Trainer trainer = trainer(2);
        Trainer.Epoch epoch = begin(trainer);
        trainer.close();
        trainer.close();
        List<Callable<?>> moves = List.of(epoch::step, () -> begin(trainer), trainer::evaluate, trainer::weights,
                trainer::optimizerState, trainer::parameters);
        for (Callable<?> move : moves) {
            assertEquals("the trainer of random is closed: make another one", refusal(move));
        }
    }

    /** Trains without end in a thread of its own, until training fails. */
    private static FutureTask<Throwable> trainInAThread(Trainer trainer, CountDownLatch steps) {
        FutureTask<Throwable> failure = new FutureTask<>(() -> assertThrows(IllegalStateException.class,
                () -> train(trainer, new TrainingListener() {
                    @Override
                    public void stepDone(int epoch, int presentations, double meanLoss) {
                        steps.countDown();
                    }
                })));
        Thread.ofPlatform().daemon().name("training").start(failure);
        return failure;
    }

    @Test
    void shouldCloseWhileAnotherThreadTrains() throws Exception {
        for (int i = 0; i < 10; i++) {
            Trainer trainer = trainer(1_000_000);
            CountDownLatch steps = new CountDownLatch(1 + 7 * i);
            FutureTask<Throwable> failure = trainInAThread(trainer, steps);
            steps.await();
            trainer.close();
            assertEquals("the trainer of random is closed: make another one", failure.get().getMessage());
        }
    }

    @Test
    void shouldCloseTheBackendWhileAnotherThreadTrains() throws Exception {
        Trainer trainer = trainer(1_000_000);
        CountDownLatch steps = new CountDownLatch(5);
        FutureTask<Throwable> failure = trainInAThread(trainer, steps);
        steps.await();
        backend.close();
        assertTrue(failure.get().getMessage().contains("closed"), failure.get().getMessage());
        trainer.close();
    }

    @Test
    void shouldRefuseASecondThreadByName() throws Exception {
        Trainer trainer = trainer(1_000_000);
        CountDownLatch steps = new CountDownLatch(5);
        FutureTask<Throwable> failure = trainInAThread(trainer, steps);
        steps.await();
        String message = refusal(trainer::evaluate);
        assertTrue(message.startsWith("the trainer of random is used by thread 'training' and by '"), message);
        assertTrue(refusal(() -> begin(trainer)).contains("one thread at a time"));
        trainer.close();
        assertTrue(failure.get().getMessage().contains("closed"), failure.get().getMessage());
    }

    /** Earlier, each network waited for ever for the workers of the other. */
    @Test
    void shouldTrainTwoNetworksOfOneBackendInTwoThreads() throws Exception {
        try (Trainer alone = trainer(3);
                Trainer first = trainer(3);
                Trainer second = trainer(3);
                ExecutorService threads = Executors.newFixedThreadPool(2)) {
            List<EpochMetrics> expected = alone.train(TrainingListener.NONE);
            List<Callable<List<EpochMetrics>>> both = List.of(
                    () -> first.train(TrainingListener.NONE),
                    () -> second.train(TrainingListener.NONE));
            for (Future<List<EpochMetrics>> metrics : threads.invokeAll(both)) {
                assertEquals(expected.getLast().trainLoss(), metrics.get().getLast().trainLoss());
                assertEquals(expected.getLast().testLoss(), metrics.get().getLast().testLoss());
            }
        }
    }

    @Test
    void shouldRefuseMoreStepsThanCanBeCounted() {
        String message = assertThrows(IllegalArgumentException.class, () -> trainer(Integer.MAX_VALUE)).getMessage();
        assertTrue(message.contains("epochs=2147483647 of 3 steps"), message);
    }
}
