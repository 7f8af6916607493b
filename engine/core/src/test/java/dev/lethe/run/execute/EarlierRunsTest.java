package dev.lethe.run.execute;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lethe.data.LabelNoise;
import dev.lethe.data.PixelNoise;
import dev.lethe.kernels.op.Augmentation;
import dev.lethe.kernels.op.Optimizer;
import dev.lethe.model.DecayExemption;
import dev.lethe.run.PlanListener;
import dev.lethe.run.Procedure;
import dev.lethe.run.RankingSource;
import dev.lethe.run.Removal;
import dev.lethe.run.RunException;
import dev.lethe.run.RunPlan;
import dev.lethe.run.RunSettings;
import dev.lethe.run.RunSpec;
import dev.lethe.run.TrainingSetChanges;
import dev.lethe.run.store.FinishedRun;
import dev.lethe.run.store.FinishedRuns;
import dev.lethe.run.store.RunFolder;
import dev.lethe.run.store.RunStore;
import dev.lethe.tracker.History;
import dev.lethe.tracker.Sha256;
import dev.lethe.tracker.select.RemovalRule;
import dev.lethe.train.Lookahead;
import dev.lethe.train.Schedule;
import dev.lethe.train.TestViews;
import dev.lethe.train.TrainingConfig;
import dev.lethe.train.UpdateOptions;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Runs that the version before the packages {@code run} left: the same seeds give the same bits, and its folders open.
 * The files were written by the reference backend, one thread, on x86-64.
 */
class EarlierRunsTest {
    private static final Path EARLIER = Path.of("src/test/resources/dev/lethe/run/earlier");
    private static final TrainingConfig TWO_EPOCHS = TrainingConfig.of(new Optimizer.Sgd(0.5f, false, 0)).withSeed(1)
            .withEpochs(2).withBatch(16).withLearningRate(0.05f);

    @TempDir
    private Path folder;

    private static RunSettings settings(TrainingConfig training) {
        return RunSettings.of(EARLIER.resolve("shapes").toString(), "mnist-cnn", training).on("reference", 1);
    }

    private static RunSpec changed(TrainingSetChanges changes) {
        return RunSpec.of(settings(TWO_EPOCHS)).with(changes);
    }

    private static RunSpec without(RemovalRule rule, double share) {
        RankingSource ranking = rule.needsScores()
                ? new RankingSource.Runs(List.of(RunSpec.of(settings(TWO_EPOCHS))))
                : RankingSource.NONE;
        return changed(TrainingSetChanges.NONE.with(new Removal(rule, share, 2, 1, ranking)));
    }

    /** Every kind of run, each with the hash at the end of its folder's name. */
    private static Map<String, RunSpec> runs() {
        TrainingSetChanges wrongLabels = TrainingSetChanges.NONE
                .with(new LabelNoise(LabelNoise.Kind.SYMMETRIC, 0.25, 3));
        RunSpec plain = RunSpec.of(settings(TWO_EPOCHS));
        Map<String, RunSpec> runs = new LinkedHashMap<>();
        runs.put("79aac84258af", plain);
        runs.put("f3865b3e5974", without(RemovalRule.LEAST_FORGOTTEN, 0.3));
        runs.put("d43d54cba484", without(RemovalRule.RANDOM, 0.3));
        runs.put("44337d295c59", without(RemovalRule.parse("hardest:margin"), 0.3));
        runs.put("c6761a8dbc39", without(RemovalRule.parse("coverage:el2n:0.1"), 0.3));
        runs.put("666732338a94", without(RemovalRule.parse("block:forgetting:0.5"), 0.1));
        runs.put("1442c8edca35", without(RemovalRule.RANDOM, 0.1));
        runs.put("986839f76ea1", changed(wrongLabels));
        runs.put("b8e3cb1ab3a0", changed(wrongLabels.with(new PixelNoise(1, 3))));
        runs.put("68f873e4caf4", changed(TrainingSetChanges.NONE.with(new PixelNoise(2, 4))));
        runs.put("f745d7bcfad6", plain.with(new Procedure.ShuffledUpdates()));
        runs.put("350b8110dc50",
                plain.with(new Procedure.Alternating(Procedure.Alternating.Tasks.RANDOM, 20, 2, 1, List.of())));
        runs.put("95d3d7cfd5b7", plain.with(new Procedure.Alternating(Procedure.Alternating.Tasks.BY_FORGETTING, 20, 2,
                1, List.of(plain))));
        runs.put("1c56293fde36",
                RunSpec.of(settings(TrainingConfig.of(new Optimizer.Sgd(0.9f, false, 0)).withSeed(1).withEpochs(2)
                        .withBatch(16).withLearningRate(0.05f).withSchedule(Schedule.parse("cosine"))
                        .withAugmentation(Augmentation.parse("crop:2+flip+cutout:4")).withLabelSmoothing(0.1f)
                        .withUpdate(UpdateOptions.NONE.withClipNorm(1).withAverageDecay(0.9).withParts(2))
                        .withTestViews(TestViews.MIRROR))));
        runs.put("f19682e3ef28",
                RunSpec.of(settings(TrainingConfig.of(Optimizer.AdamW.standard()).withSeed(1).withEpochs(2)
                        .withBatch(16).withLearningRate(0.05f).withSchedule(Schedule.parse("onecycle"))
                        .withAugmentation(Augmentation.parse("none")).withLabelSmoothing(0)
                        .withUpdate(UpdateOptions.NONE.withDecayExemptions(DecayExemption.parse("norm"))
                                .withLookahead(Lookahead.parse("2:0.5").orElseThrow())))));
        return runs;
    }

    @Test
    void shouldGiveTheSameBitsAsBefore() throws IOException {
        Map<String, RunSpec> runs = runs();
        RunStore store = new RunStore(folder.resolve("runs"), PlanListener.NONE);
        FinishedRuns finished = new PlanExecutor(store, 2, PlanListener.NONE)
                .execute(RunPlan.of(runs.values()));
        List<String> expected = Files.readAllLines(EARLIER.resolve("digests.txt"));
        assertEquals(runs.size(), expected.stream().map(line -> line.split(" ")[0]).distinct().count());
        List<String> actual = new ArrayList<>();
        for (String line : expected) {
            String[] words = line.split(" "); // folder, file, digest
            String key = words[0].substring(words[0].lastIndexOf('-') + 1);
            actual.add(words[0] + " " + words[1] + " " + digest(finished.get(runs.get(key)), words[1]));
        }
        assertEquals(expected, actual);
    }

    @Test
    void shouldFindTheFolderOfEveryKindOfRun() throws IOException {
        RunStore store = new RunStore(folder, PlanListener.NONE);
        List<Path> found = new ArrayList<>();
        List<Path> expected = new ArrayList<>();
        for (Map.Entry<String, RunSpec> run : runs().entrySet()) {
            expected.add(Files.createDirectory(folder.resolve("of-an-earlier-version-" + run.getKey())));
        }
        for (RunSpec run : runs().values()) {
            found.add(store.folder(run));
        }
        assertEquals(expected, found);
    }

    private static String digest(FinishedRun run, String name) throws IOException {
        if (name.equals(RunFolder.SCORES)) { // which had neither files nor names of classes
            String earlier = Files.readAllLines(run.folder().resolve(name)).stream()
                    .map(line -> line.replaceFirst("^([^,]*),[^,]*,[^,]*,", "$1,").replaceFirst("label_id", "label")
                            + "\n")
                    .collect(Collectors.joining());
            return Sha256.ofText(earlier).hex();
        }
        if (!name.equals("weights")) {
            return Sha256.ofFile(run.folder().resolve(name)).hex();
        }
        byte[] bytes = Files.readAllBytes(run.folder().resolve("checkpoint/weights.safetensors"));
        int header = (int) ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).getLong();
        return Sha256.of(Arrays.copyOfRange(bytes, Long.BYTES + header, bytes.length)).hex();
    }

    private Path copy(String name) throws IOException {
        Path target = folder.resolve(name);
        try (Stream<Path> files = Files.walk(EARLIER.resolve(name))) {
            for (Path file : files.toList()) {
                Path to = target.resolve(EARLIER.resolve(name).relativize(file));
                if (Files.isDirectory(file)) {
                    Files.createDirectories(to);
                } else {
                    Files.copy(file, to);
                }
            }
        }
        return target;
    }

    private static RunSpec sixEpochs() {
        return RunSpec.of(settings(TWO_EPOCHS.withEpochs(6)));
    }

    @Test
    void shouldUseAFinishedRunOfAStudy() throws IOException {
        Path runs = copy("runs");
        RunStore store = new RunStore(runs, PlanListener.NONE);
        List<String> begun = new ArrayList<>();
        FinishedRun run = new PlanExecutor(store, 1, notice -> {
            begun.add(notice.label());
            return () -> {};
        }).execute(RunPlan.of(List.of(sixEpochs()))).get(sixEpochs());
        assertEquals(List.of(), begun);
        assertEquals(6, run.epochs().size());
        try (History history = run.history()) {
            assertEquals(6, history.epochs());
        }
    }

    @Test
    void shouldGoOnWithARunOfAStudy() throws IOException {
        Path runs = copy("runs");
        Path run;
        try (Stream<Path> list = Files.list(runs)) {
            run = list.findFirst().orElseThrow();
        }
        byte[] history = Files.readAllBytes(run.resolve("history.lethe"));
        Files.delete(run.resolve("run.json")); // as if it had been killed after its last checkpoint
        Files.delete(run.resolve("scores.csv"));
        RunStore store = new RunStore(runs, PlanListener.NONE);
        FinishedRun finished = new PlanExecutor(store, 1, PlanListener.NONE).execute(RunPlan.of(List.of(sixEpochs())))
                .get(sixEpochs());
        assertEquals(run, finished.folder());
        assertTrue(Arrays.equals(history, Files.readAllBytes(run.resolve("history.lethe"))));
        assertEquals(6, finished.epochs().size());
    }

    @Test
    void shouldTestBothKindsOfRuns() throws IOException {
        double accuracy = RunEvaluation.of(copy("train")).test("reference", 1).accuracy();
        Path run;
        try (Stream<Path> list = Files.list(copy("runs"))) {
            run = list.findFirst().orElseThrow();
        }
        assertEquals(accuracy, RunEvaluation.of(run).test("reference", 1).accuracy());
        assertEquals(8.0 / 24, accuracy, 1e-9);
    }

    @Test
    void shouldRefuseToGoOnWithARunOfTrain() throws IOException {
        Path out = copy("train");
        String message = assertThrows(RunException.class,
                () -> new SingleRun(sixEpochs(), out, ExecutionOptions.checkpointingEveryEpoch(), PlanListener.NONE)
                        .train(true))
                .getMessage();
        Path run = out.resolve("runs/seed-1");
        assertEquals("folder " + run + " holds a run of an earlier version of Lethe, which can be tested (lethe eval "
                + run + ") and whose history can be read, but not be continued: choose another output folder", message);
    }
}
