package dev.lethe.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lethe.data.DataSet;
import dev.lethe.data.DataSetException;
import dev.lethe.data.DataSets;
import dev.lethe.data.ImageSet;
import dev.lethe.data.StripedImages;
import dev.lethe.kernels.Backend;
import dev.lethe.kernels.BackendUnavailableException;
import dev.lethe.kernels.Backends;
import dev.lethe.kernels.op.Normalization;
import dev.lethe.kernels.op.Optimizer;
import dev.lethe.kernels.tensor.Shape;
import dev.lethe.model.Layer;
import dev.lethe.model.ModelZoo;
import dev.lethe.model.Network;
import dev.lethe.run.RankingOrder;
import dev.lethe.run.RankingSource;
import dev.lethe.run.RunSettings;
import dev.lethe.run.Steering;
import dev.lethe.study.StudySettings;
import dev.lethe.study.removal.RemovalOptions;
import dev.lethe.tracker.ForgettingTracker;
import dev.lethe.tracker.History;
import dev.lethe.tracker.HistoryException;
import dev.lethe.tracker.LogitRecorder;
import dev.lethe.tracker.TrackerSpec;
import dev.lethe.tracker.rank.CorrelationCoefficient;
import dev.lethe.tracker.rank.Direction;
import dev.lethe.tracker.rank.Ranking;
import dev.lethe.tracker.rank.TieBreak;
import dev.lethe.tracker.score.ForgettingScores;
import dev.lethe.tracker.score.Score;
import dev.lethe.tracker.select.DifficultyScores;
import dev.lethe.tracker.select.Examples;
import dev.lethe.tracker.select.RemovalRule;
import dev.lethe.train.Arithmetic;
import dev.lethe.train.EpochSample;
import dev.lethe.train.LossFunction;
import dev.lethe.train.Predictor;
import dev.lethe.train.Presentations;
import dev.lethe.train.Sampler;
import dev.lethe.train.Schedule;
import dev.lethe.train.Trainer;
import dev.lethe.train.TrainerOptions;
import dev.lethe.train.TrainingConfig;
import dev.lethe.train.TrainingListener;
import dev.lethe.train.checkpoint.NamedArray;
import dev.lethe.train.checkpoint.Safetensors;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;

/** Mistakes of users, each of which is refused in one sentence that names the value and what to do. */
class MisusesTest {
    private static final Class<IllegalArgumentException> ARGUMENT = IllegalArgumentException.class;
    private static final Class<IllegalStateException> STATE = IllegalStateException.class;
    private static final Class<IndexOutOfBoundsException> INDEX = IndexOutOfBoundsException.class;
    private static final Network NETWORK = Network.of("n", Layer.convolution("conv", 4, 3), Layer.relu(),
            Layer.globalAveragePool(), Layer.linear("fc", StripedImages.CLASSES));
    private static final TrainingConfig CONFIG = TrainingConfig.of(new Optimizer.Sgd(0.9f, true, 0)).withEpochs(2)
            .withBatch(32);

    @TempDir
    private static Path folder;
    private static DataSet data;

    @BeforeAll
    static void writeData() throws IOException {
        data = DataSets.load(StripedImages.write(folder.resolve("stripes"), 64, 32).toString());
    }

    private static void refuses(Class<? extends Exception> type, String part, Executable misuse) {
        String message = assertThrows(type, misuse).getMessage();
        assertNotNull(message, part);
        assertTrue(message.contains(part), "'" + message + "' has no '" + part + "'");
    }

    private static ForgettingTracker tracker(int examples, int epochs) {
        return ForgettingTracker.inMemory(TrackerSpec.of(examples, epochs));
    }

    @Test
    void shouldRefuseWhatATrackerCannotRecord() throws IOException {
        refuses(ARGUMENT, "examples=0 is not in [1, ", () -> TrackerSpec.of(0, 1));
        refuses(ARGUMENT, "epochs=-1 is not in [1, ", () -> TrackerSpec.of(1, -1));
        ForgettingTracker tracker = tracker(10, 2);
        refuses(INDEX, "example=-1 is not in [0, 10): ids are positions", () -> tracker.record(-1, true, 1, 1, 1, 1));
        tracker.record(1, true, 1, 1, 1, 1);
        refuses(STATE, "example=1 was presented before in epoch=1: commit", () -> tracker.record(1, true, 1, 1, 1, 1));
        tracker.commitEpoch();
        tracker.commitEpoch();
        refuses(STATE, "is full: make it with room", () -> tracker.record(1, true, 1, 1, 1, 1));
        refuses(STATE, "epochs=2/2 is full", tracker::commitEpoch);
        tracker.close();
        refuses(STATE, "is closed", () -> tracker.record(1, true, 1, 1, 1, 1));
        refuses(STATE, "is closed", tracker::history);
    }

    @Test
    void shouldRefuseWhatARecorderCannotRead() throws IOException {
        try (ForgettingTracker tracker = tracker(10, 2)) {
            refuses(ARGUMENT, "classes=1: give at least 2", () -> tracker.logitRecorder(1));
            LogitRecorder recorder = tracker.logitRecorder(3);
            refuses(ARGUMENT, "logits=4 of example=2 where the recorder has classes=3: give one for each class",
                    () -> recorder.record(2, new float[4], 0));
            refuses(INDEX, "label=3 of example=2 is not in [0, 3)", () -> recorder.record(2, new float[3], 3));
            refuses(ARGUMENT, "labels=1 where ids=2", () -> recorder.record(new int[2], new float[6], new int[1]));
            refuses(ARGUMENT, "need 6: give one label for each id",
                    () -> recorder.record(new int[2], new float[9], new int[2]));
            refuses(INDEX, "first=1 count=2 are not within rows=2: give", () -> recorder.record(
                    MemorySegment.ofArray(new int[2]), MemorySegment.ofArray(new float[6]),
                    MemorySegment.ofArray(new int[2]), 1, 2));
            Throwable refusal = assertThrows(CompletionException.class, () -> CompletableFuture
                    .runAsync(() -> recorder.record(4, new float[3], 0)).join()).getCause();
            assertTrue(refusal.getMessage().contains("it serves the first thread that records with it"),
                    refusal.getMessage());
        }
    }

    @Test
    void shouldRefuseFilesThatAreNoHistories() throws IOException {
        Path missing = folder.resolve("missing.lethe");
        refuses(NoSuchFileException.class, "there is no history: name the file", () -> History.open(missing));
        refuses(NoSuchFileException.class, "there is no history to resume: create it",
                () -> ForgettingTracker.resume(missing, TrackerSpec.of(10, 2)));
        refuses(NoSuchFileException.class, "there is no folder for it: make it first",
                () -> ForgettingTracker.create(folder.resolve("no/a.lethe"), TrackerSpec.of(10, 2)));
        refuses(NoSuchFileException.class, "name a safetensors file", () -> Safetensors.read(missing));
        Path text = Files.writeString(folder.resolve("text.lethe"), "hello");
        refuses(HistoryException.class, "not a Lethe history", () -> History.open(text));
        Path file = folder.resolve("a.lethe");
        try (ForgettingTracker tracker = ForgettingTracker.create(file, TrackerSpec.of(10, 2))) {
            tracker.commitEpoch();
            refuses(HistoryException.class, "another tracker is writing it: close that one first",
                    () -> ForgettingTracker.resume(file, TrackerSpec.of(10, 2)));
        }
        refuses(HistoryException.class, "it has examples=10 where the run has examples=11",
                () -> ForgettingTracker.resume(file, TrackerSpec.of(11, 2)));
        refuses(HistoryException.class, "cannot go back to epochs=2",
                () -> ForgettingTracker.resume(file, TrackerSpec.of(10, 2), 2));
    }

    @Test
    void shouldRefuseHistoriesThatAnswerNothing() throws IOException {
        try (ForgettingTracker tracker = tracker(10, 2)) {
            try (History empty = tracker.history()) {
                refuses(ARGUMENT, "has no scores yet: record and commit", () -> Score.EL2N.of(empty));
            }
            tracker.commitEpoch();
            History history = tracker.history();
            refuses(INDEX, "epoch=0 is not in [1, 1]", () -> history.seen(0));
            refuses(INDEX, "example=10 is not in [0, 10)", () -> history.correct(1, 10));
            refuses(INDEX, "epochs=9 is not in [0, 1]", () -> ForgettingScores.of(history, 9));
            ForgettingScores scores = ForgettingScores.of(history);
            refuses(INDEX, "example=99 is not in [0, 10): ids are", () -> scores.forgettingEvents(99));
            history.close();
            refuses(STATE, "history=in memory is closed", () -> Score.LOSS.of(history));
        }
        refuses(ARGUMENT, "ranks=0: give the history of at least one", () -> History.merge(List.of()));
    }

    @Test
    void shouldRefuseScoresAndRulesThatRankNothing() {
        refuses(ARGUMENT, "score=NaN of example=1 has no rank",
                () -> Ranking.byScore(new double[]{1, Double.NaN}, Direction.ASCENDING, TieBreak.byId()));
        refuses(INDEX, "rank=-1 is not in [0, 2)",
                () -> Ranking.byScore(new double[2], Direction.ASCENDING, TieBreak.byId()).example(-1));
        refuses(ARGUMENT, "first.examples=2 second.examples=3: compare scores of the same examples",
                () -> CorrelationCoefficient.SPEARMAN.of(new double[2], new double[3]));
        refuses(ARGUMENT, "unknown score 'forgetfulness': choose aum", () -> Score.parse("forgetfulness"));
        refuses(ARGUMENT, "unknown rule '': choose random", () -> RemovalRule.parse(""));
        refuses(ARGUMENT, "block start=NaN: choose a share", () -> RemovalRule.block(Score.EL2N, Double.NaN));
        refuses(ARGUMENT, "label=5 of example=1", () -> new Examples(new int[]{0, 5}, 2, 0, 1));
        Examples examples = new Examples(new int[]{0, 1, 0}, 2, 0, 1);
        refuses(ARGUMENT, "remove=3 of examples=3: choose",
                () -> RemovalRule.RANDOM.select(examples, DifficultyScores.none(), 3));
        RemovalRule easiest = RemovalRule.easiest(Score.EL2N);
        refuses(ARGUMENT, "scores=2 for examples=3: rank by scores of the same data set",
                () -> easiest.select(examples, DifficultyScores.imported(new double[2]), 1));
        DifficultyScores endless = DifficultyScores.imported(new double[]{1, Double.POSITIVE_INFINITY, 2});
        refuses(ARGUMENT, "score=Infinity of example=1 leaves strata without width",
                () -> RemovalRule.coverage(Score.EL2N, 0.1).select(examples, endless, 1));
    }

    @Test
    void shouldRefuseDataThatAreNone() {
        Class<DataSetException> type = DataSetException.class;
        refuses(type, "got bytes=5 of pixels for examples=1 of 2 x 2 x 1: give a byte for each value",
                () -> ImageSet.of(new byte[5], new int[1], 2, 2, 1));
        refuses(type, "examples=0", () -> ImageSet.of(new byte[0], new int[0], 2, 2, 1));
        refuses(INDEX, "example=64 is not in [0, 64)", () -> data.train().label(64));
        refuses(INDEX, "example=-1 is not in [0, 64)", () -> data.train().image(-1));
        refuses(type, "has classes=1: at least 2 are needed",
                () -> new DataSet("d", data.train(), data.test(), List.of("a"), data.normalization()));
        refuses(type, "labels lie between 0 and 1",
                () -> DataSet.of("d", data.train(), data.test(), List.of("a", "b")));
        refuses(type, "got labels=3 for the 64 training examples", () -> data.withTrainLabels(new int[3]));
        refuses(type, "got id=99", () -> data.withTrainExamples(new int[]{1, 99}));
        refuses(type, "got id=1 of data set stripes twice", () -> data.withTrainExamples(new int[]{1, 1}));
        refuses(ARGUMENT, "mean=[NaN]: every value must be finite", () -> Normalization.gray(Float.NaN, 1));
        refuses(ARGUMENT, "std=[Infinity]", () -> Normalization.gray(0, Float.POSITIVE_INFINITY));
        refuses(DataSets.UnknownDataSetException.class, "unknown data set '': choose", () -> DataSets.load(""));
    }

    @Test
    void shouldRefuseNetworksAndSettingsThatCannotBe() {
        refuses(ARGUMENT, "has the name '': give it one", () -> Layer.linear("", 4));
        refuses(ARGUMENT, "layer c has outputs=0: at least 1", () -> Layer.convolution("c", 0, 3));
        refuses(ARGUMENT, "dropout probability=NaN: it lies in [0, 1)", () -> Layer.dropout(Float.NaN));
        refuses(ARGUMENT, "must end with a linear layer", () -> Network.of("n", Layer.relu()));
        refuses(ARGUMENT, "two layers named a: rename one",
                () -> Network.of("n", Layer.linear("a", 3), Layer.linear("a", 4)));
        refuses(ARGUMENT, "unknown model 'resnet19': choose", () -> ModelZoo.create("resnet19", 10));
        refuses(ARGUMENT, "learningRate=NaN: it must be a number above 0", () -> CONFIG.withLearningRate(Float.NaN));
        refuses(ARGUMENT, "batch=-1: at least 1", () -> CONFIG.withBatch(-1));
        refuses(ARGUMENT, "momentum=1.0: it lies in [0, 1)", () -> new Optimizer.Sgd(1, false, 0));
        refuses(ARGUMENT, "name='': give a text", () -> Schedule.of("", (_, _, _) -> 1));
        refuses(ARGUMENT, "there is no schedule 'linear': write", () -> Schedule.parse("linear"));
        refuses(ARGUMENT, "threads=0: choose between 1 and", () -> Backends.open("auto", 0));
        refuses(BackendUnavailableException.class, "no backend '': choose auto", () -> Backends.open("", 2));
        refuses(ARGUMENT, "threads=-1", () -> RunSettings.of(data, NETWORK, CONFIG).on("auto", -1));
        refuses(ARGUMENT, "seeds=0: choose between 1 and",
                () -> StudySettings.of(RunSettings.of(data, NETWORK, CONFIG).on("auto", 1), 0));
        refuses(ARGUMENT, "share to remove=1.0: it lies in (0, 1)",
                () -> new RemovalOptions(List.of(1.0), 0, RemovalOptions.Protocol.EPOCHS));
        refuses(ARGUMENT, "score 's' is NaN at example=0: give",
                () -> new RankingSource.Values("s", new double[]{Double.NaN}, RankingOrder.HARD_FIRST));
        refuses(ARGUMENT, "name='' of functions that steer a training: give", () -> new Steering("",
                TrainerOptions.DEFAULT.withSampler((_, shuffled) -> EpochSample.of(shuffled))));
    }

    @Test
    void shouldRefuseTrackersAndOrdersOfCallsThatDoNotFitATrainer() throws IOException {
        try (Backend backend = Backends.open("auto", 2)) {
            refuses(ARGUMENT, "give its last linear layer as many outputs",
                    () -> new Trainer(backend, Network.of("n", Layer.linear("l", 7)), data, CONFIG));
            refuses(ARGUMENT, "batch=65 is larger", () -> new Trainer(backend, NETWORK, data, CONFIG.withBatch(65)));
            Trainer trainer = new Trainer(backend, NETWORK, data, CONFIG, Arithmetic.PLAIN);
            refuses(STATE, "was not evaluated yet: train an epoch", trainer::testPredictions);
            refuses(STATE, "no epoch has begun yet: train one", trainer::presentations);
            refuses(ARGUMENT, "trainedEpochs=9: choose between 0 and epochs=2",
                    () -> trainer.restore(9, trainer.weights(), trainer.optimizerState()));
            refuses(ARGUMENT, "there is nothing of that name", () -> trainer.begin(Map.of()));
            for (int examples : new int[]{10, 100}) {
                try (ForgettingTracker other = tracker(examples, 2)) {
                    refuses(ARGUMENT, "is not of this training set, which has examples=64: make it with",
                            () -> trainer.trainEpoch(other, TrainingListener.NONE));
                }
            }
            Trainer.Epoch epoch = trainer.beginEpoch(TrainingListener.NONE); // nothing was begun before
            refuses(STATE, "epoch=1 has begun and not ended", () -> trainer.beginEpoch(TrainingListener.NONE));
            refuses(STATE, "presentations=0 of 64 have been made: make all steps", epoch::end);
            assertEquals(List.of(true, true, false), List.of(epoch.step(), epoch.step(), epoch.step()));
            epoch.end();
            refuses(STATE, "this epoch has ended: begin another one", epoch::end);
            trainer.trainEpoch(TrainingListener.NONE);
            refuses(STATE, "epochs=2 of 2 are trained", () -> trainer.trainEpoch(TrainingListener.NONE));
            Presentations kept = trainer.presentations();
            refuses(INDEX, "first=60 count=10 are not within rows=64", () -> kept.correctCount(60, 10));
            trainer.close();
            refuses(STATE, "the trainer of n is closed: make another one", trainer::weights);
            refuses(STATE, "the trainer of n is closed", trainer::testPredictions);
            refuses(STATE, "the trainer of n is closed", trainer::presentations);
            refuses(STATE, "are of a trainer that is closed", kept::columns);
            refuses(STATE, "are of a trainer that is closed", kept::predicted);
            refuses(STATE, "are of a trainer that is closed", kept::predictedByExample);
            refuses(STATE, "are of a trainer that is closed", () -> kept.correctCount(0, 1));
        }
    }

    private static void refusesInTraining(Class<? extends Exception> type, String part, Backend backend,
            TrainingConfig config, TrainerOptions options) {
        refuses(type, part, () -> {
            try (Trainer trainer = new Trainer(backend, NETWORK, data, config, options)) {
                trainer.train(TrainingListener.NONE);
            }
        });
    }

    @Test
    void shouldRefuseFunctionsThatGiveNothingToTrainBy() {
        TrainerOptions options = TrainerOptions.DEFAULT.withArithmetic(Arithmetic.PLAIN);
        try (Backend backend = Backends.open("auto", 2)) {
            refusesInTraining(ARGUMENT, "the sampler says presentations=-1 for epoch 1: at least 1", backend, CONFIG,
                    options.withSampler(Sampler.ofSize(-1, (_, _) -> EpochSample.of())));
            refusesInTraining(ARGUMENT, "the sampler gave 1 presentations for epoch 1", backend, CONFIG,
                    options.withSampler((_, _) -> EpochSample.of(1)));
            refusesInTraining(NullPointerException.class, "the sampler gave null for epoch 1: give", backend, CONFIG,
                    options.withSampler((_, _) -> nothing()));
            refusesInTraining(STATE, "gradient for class 2 is NaN: give finite derivatives", backend, CONFIG,
                    options.withLoss(LossFunction.of((_, _, _, gradient) -> {
                        gradient[2] = Float.NaN;
                        return 1;
                    })));
            refusesInTraining(ARGUMENT, "no parameter 'fc' is trained: choose one of [conv.weight", backend, CONFIG,
                    options.withHook(gradients -> gradients.read("fc")));
            refusesInTraining(ARGUMENT, "got length=1 for the gradient of fc.bias, which has shape=[4]: give 4",
                    backend, CONFIG, options.withHook(gradients -> gradients.write("fc.bias", new float[1])));
            refusesInTraining(ARGUMENT, "schedule 'down' has factor=-1.0 at step=0", backend,
                    CONFIG.withSchedule(Schedule.of("down", (_, _, _) -> -1)), options);
        }
    }

    @SuppressWarnings("NullAway") // as a program does that is not checked for nulls
    private static EpochSample nothing() {
        return null;
    }

    @Test
    void shouldRefuseImagesAndWeightsThatDoNotFitAPredictor() {
        Normalization gray = data.normalization();
        try (Backend backend = Backends.open("auto", 2)) {
            refuses(ARGUMENT, "image=(2, 16, 16, 1): give the shape of one image",
                    () -> new Predictor(backend, NETWORK, Shape.of(2, 16, 16, 1), gray, Arithmetic.PLAIN));
            refuses(ARGUMENT, "has 3 channels, and normalization 1: give",
                    () -> new Predictor(backend, NETWORK, Shape.of(1, 16, 16, 3), gray, Arithmetic.PLAIN));
            Predictor predictor = new Predictor(backend, NETWORK, Shape.of(1, 16, 16, 1), gray, Arithmetic.PLAIN);
            refuses(STATE, "no weights were loaded: call load first", () -> predictor.logits(data.test()));
            NamedArray bias = NamedArray.of("fc.bias", List.of(1), new float[1]);
            refuses(ARGUMENT, "there is nothing of that name", () -> predictor.load(Map.of("fc.bias", bias)));
            refuses(ARGUMENT, "has values=3, which is not the number of shape=[2]",
                    () -> NamedArray.of("fc.bias", List.of(2), new float[3]));
            refuses(ARGUMENT, "got bytes=5 of pixels: give 256 for each image", () -> predictor.logits(
                    MemorySegment.ofArray(new byte[5]), MemorySegment.ofArray(new float[4])));
            refuses(ARGUMENT, "got bytes=20 for images=1 and classes=4: give 16", () -> predictor.logits(
                    MemorySegment.ofArray(new byte[256]), MemorySegment.ofArray(new float[5])));
            refuses(ARGUMENT, "receives classes is read-only: give one to write to", () -> predictor.logits(
                    MemorySegment.ofArray(new byte[256]), MemorySegment.ofArray(new float[4]).asReadOnly()));
            predictor.close();
            refuses(STATE, "the predictor of n is closed: make another one", () -> predictor.logits(data.test()));
        }
    }
}
