package dev.lethe.study.forgetting;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.lethe.data.DataSet;
import dev.lethe.data.DataSets;
import dev.lethe.data.StripedImages;
import dev.lethe.io.Json;
import dev.lethe.kernels.op.Optimizer;
import dev.lethe.model.Layer;
import dev.lethe.model.Network;
import dev.lethe.run.NetworkSource;
import dev.lethe.run.PlanListener;
import dev.lethe.run.RunException;
import dev.lethe.run.RunSettings;
import dev.lethe.run.store.RunStore;
import dev.lethe.study.StudyRunner;
import dev.lethe.study.StudySettings;
import dev.lethe.train.TrainingConfig;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A study of a network and a data set that are given as values. */
class OwnNetworkStudyTest {
    private static final Network NETWORK = network(12);
    private static final TrainingConfig CONFIG = TrainingConfig.of(new Optimizer.Sgd(0.9f, true, 5e-4f)).withSeed(3)
            .withEpochs(2).withBatch(32).withLearningRate(0.05f);

    @TempDir
    private Path temporary;
    private DataSet data;

    private static Network network(int hidden) {
        return Network.of("own", Layer.linear("hidden", hidden), Layer.relu(),
                Layer.linear("classes", StripedImages.CLASSES));
    }

    @BeforeEach
    void writeData() throws IOException {
        data = DataSets.load(StripedImages.write(temporary.resolve("stripes"), 96, 32).toString());
    }

    @Test
    void shouldMakeAStudyThatClaimsNothingOfPublishedData() throws IOException {
        DataSet called = new DataSet("cifar10", data.train(), data.test(), data.classNames(), data.normalization());
        StudySettings settings = StudySettings.of(RunSettings.of(called, NETWORK, CONFIG).on("cpu", 1), 2);
        RunStore store = new RunStore(temporary.resolve("runs"), PlanListener.NONE);
        StudyRunner runner = new StudyRunner(new ForgettingStudy(), settings, store, PlanListener.NONE);
        Path out = temporary.resolve("out");
        runner.run(out, 1, "a program");
        Map<?, ?> results = Json.read(out.resolve("results.json"));
        assertEquals("cifar10 (own)", results.get("data"));
        assertEquals("own", results.get("model"));
        assertEquals(List.of(), results.get("claims"));
        runner.run(out, 1, "a program"); // the same study again
        StudyRunner other = new StudyRunner(new ForgettingStudy(),
                settings.with(RunSettings.of(called, network(13), CONFIG).on("cpu", 1)), store, PlanListener.NONE);
        assertEquals(
                "output folder " + out + " holds another study, whose network has other layers than own here: choose "
                        + "another folder, or delete it",
                assertThrows(RunException.class, () -> other.run(out, 1, "a program")).getMessage());
    }

    @Test
    void shouldRefuseANetworkOfOtherClassesBeforeItTrains() {
        Network two = Network.of("two", Layer.linear("classes", 2));
        RunSettings settings = RunSettings.of(data, two, CONFIG).on("cpu", 1);
        RunStore store = new RunStore(temporary.resolve("runs"), PlanListener.NONE);
        StudyRunner runner = new StudyRunner(new ForgettingStudy(), StudySettings.of(settings, 1), store,
                PlanListener.NONE);
        assertEquals("network two has classes=2 where the data set has classes=4: give its last linear layer as many "
                + "outputs as there are classes",
                assertThrows(IllegalArgumentException.class, runner::plan).getMessage());
        assertNotEquals(settings, settings.withNetwork(NetworkSource.of("mlp"), CONFIG));
    }
}
