package dev.lethe.study.removal;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
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
import dev.lethe.run.PlanListener;
import dev.lethe.run.RankingOrder;
import dev.lethe.run.RankingSource;
import dev.lethe.run.RunException;
import dev.lethe.run.RunSettings;
import dev.lethe.run.RunSpec;
import dev.lethe.run.store.RunStore;
import dev.lethe.study.StudyRunner;
import dev.lethe.study.StudySettings;
import dev.lethe.tracker.select.RemovalRule;
import dev.lethe.train.TrainingConfig;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The removal study by scores that a program computed. */
class OwnScoresTest {
    private static final int EXAMPLES = 96;

    @TempDir
    private Path temporary;
    private StudySettings settings;
    private RunStore store;

    @BeforeEach
    void makeSettings() throws IOException {
        DataSet data = DataSets.load(StripedImages.write(temporary.resolve("stripes"), EXAMPLES, 32).toString());
        Network network = Network.of("own", Layer.linear("classes", StripedImages.CLASSES));
        TrainingConfig config = TrainingConfig.of(new Optimizer.Sgd(0.9f, true, 5e-4f)).withSeed(1).withEpochs(1)
                .withBatch(16).withLearningRate(0.05f);
        settings = StudySettings.of(RunSettings.of(data, network, config).on("cpu", 1), 1);
        store = new RunStore(temporary.resolve("runs"), PlanListener.NONE);
    }

    private static double[] byId() {
        return IntStream.range(0, EXAMPLES).asDoubleStream().toArray();
    }

    private static RemovalStudy study(RankingSource.Imported scores) {
        return new RemovalStudy(new RemovalOptions(List.of(0.5), 0, RemovalOptions.Protocol.EPOCHS),
                List.of(RemovalRule.LEAST_FORGOTTEN), new RemovalStudy.Blocks(List.of(), 0.1), scores);
    }

    private int[] kept(RankingSource.Imported scores) throws IOException {
        RunSpec removed = study(scores).runs(settings).stream().filter(run -> run.changes().removal().isPresent())
                .findFirst().orElseThrow();
        int[] kept = store.selection(removed).orElseThrow().kept().clone();
        Arrays.sort(kept);
        return kept;
    }

    @Test
    void shouldRemoveTheEasiestInEitherDirection() throws IOException {
        assertArrayEquals(IntStream.range(48, 96).toArray(),
                kept(new RankingSource.Values("my score", byId(), RankingOrder.HARD_FIRST)));
        assertArrayEquals(IntStream.range(0, 48).toArray(),
                kept(new RankingSource.Values("my score", byId(), RankingOrder.EASY_FIRST)));
    }

    @Test
    void shouldNameTheScoreInItsResults() throws IOException {
        Path out = temporary.resolve("out");
        RankingSource.Values scores = new RankingSource.Values("my score", byId(), RankingOrder.HARD_FIRST);
        new StudyRunner(study(scores), settings, store, PlanListener.NONE).run(out, 1, "a program");
        Map<?, ?> results = Json.read(out.resolve("results.json"));
        assertEquals("my score", results.get("ranked_by"));
        assertEquals("own scores", results.get("ranking_source"));
        assertEquals(List.of(), results.get("claims"));
        double[] others = byId();
        others[0] = 0.5;
        StudyRunner other = new StudyRunner(
                study(new RankingSource.Values("my score", others, RankingOrder.HARD_FIRST)), settings, store,
                PlanListener.NONE);
        String refused = assertThrows(RunException.class, () -> other.run(out, 1, "a program")).getMessage();
        assertEquals("output folder " + out + " holds another study, with ranking_sha256=" + scores.asMap()
                .get(RankingSource.DIGEST), refused.substring(0, refused.indexOf(" where")));
    }

    @Test
    void shouldBeEqualByNameAndBits() {
        RankingSource.Values scores = new RankingSource.Values("my score", byId(), RankingOrder.HARD_FIRST);
        assertEquals(scores, new RankingSource.Values("my score", byId(), RankingOrder.HARD_FIRST));
        assertNotEquals(scores, new RankingSource.Values("my score", byId(), RankingOrder.EASY_FIRST));
        assertNotEquals(scores, new RankingSource.Values("another", byId(), RankingOrder.HARD_FIRST));
    }

    @Test
    void shouldNotChangeWithTheArrayItWasMadeFrom() throws IOException {
        double[] array = byId();
        RankingSource.Values scores = new RankingSource.Values("my score", array, RankingOrder.HARD_FIRST);
        Arrays.setAll(array, id -> -id);
        assertArrayEquals(IntStream.range(48, 96).toArray(), kept(scores));
    }

    @Test
    void shouldRefuseScoresThatRankNothing() {
        double[] undefined = byId();
        undefined[7] = Double.NaN;
        assertEquals("score 'my score' is NaN at example=7: give every training example a number",
                assertThrows(IllegalArgumentException.class,
                        () -> new RankingSource.Values("my score", undefined, RankingOrder.HARD_FIRST)).getMessage());
        assertEquals("name=' ' of scores: give a text that tells them apart",
                assertThrows(IllegalArgumentException.class,
                        () -> new RankingSource.Values(" ", byId(), RankingOrder.HARD_FIRST)).getMessage());
        StudyRunner tooFew = new StudyRunner(
                study(new RankingSource.Values("my score", new double[3], RankingOrder.HARD_FIRST)), settings, store,
                PlanListener.NONE);
        assertEquals("score 'my score' has values=3 for the 96 training examples of stripes: give one for each",
                assertThrows(RunException.class, tooFew::plan).getMessage());
    }

    @Test
    void shouldNameARuleAsEarlierResultsDo() {
        assertEquals(List.of("selected", "random"),
                new RemovalStudy(new RemovalOptions(List.of(0.5), 0, RemovalOptions.Protocol.EPOCHS),
                        List.of(RemovalRule.parse("easiest:forgetting"), RemovalRule.RANDOM),
                        new RemovalStudy.Blocks(List.of(), 0.1)).options().get("rules"));
    }
}
