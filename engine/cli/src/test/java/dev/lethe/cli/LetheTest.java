package dev.lethe.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.lethe.data.StripedImages;
import dev.lethe.run.RankingStability;
import dev.lethe.run.execute.RunEvaluation;
import dev.lethe.run.store.RunFolder;
import dev.lethe.tracker.History;
import dev.lethe.tracker.HistoryLayout;
import dev.lethe.tracker.score.ForgettingScores;
import dev.lethe.train.TestViews;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Commands as a user types them: their files, their output and their exit codes. */
class LetheTest {
    private static final int EXAMPLES = 300;

    @TempDir
    private Path folder;
    private Path data;
    private Path out;

    private record Outcome(int exitCode, String out, String err) {}

    @BeforeEach
    void writeASmallDataSet() throws IOException {
        data = StripedImages.write(folder.resolve("stripes"), EXAMPLES, 50);
        out = folder.resolve("out");
    }

    private static Outcome run(Object... arguments) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        int exitCode = Lethe.run(new PrintWriter(out), new PrintWriter(err),
                Stream.of(arguments).map(Object::toString).toArray(String[]::new));
        return new Outcome(exitCode, out.toString(), err.toString());
    }

    private Outcome study(Object... more) {
        return run(Stream.concat(Stream.of("study", "forgetting", "--data", data, "--out", out, "--threads", 2),
                Stream.of(more)).toArray());
    }

    private Path runOfSeed(int seed) throws IOException {
        try (Stream<Path> runs = Files.list(out.resolve("runs"))) {
            return runs.filter(run -> run.getFileName().toString().startsWith("stripes-mnist-cnn-seed-" + seed + "-"))
                    .findFirst().orElseThrow();
        }
    }

    @Test
    void shouldWriteResultsThatAgreeWithTheHistories() throws IOException {
        Outcome outcome = study("--seeds", 2, "--epochs", 4, "--batch", 32);
        assertEquals(0, outcome.exitCode(), outcome.err());
        assertTrue(outcome.out().contains("never forgotten"), outcome.out());
        JsonNode results = new ObjectMapper().readTree(out.resolve("results.json").toFile());
        assertEquals("stripes", results.get("data").asText());
        assertEquals(EXAMPLES, results.get("examples").asInt());
        assertEquals(2, results.get("per_seed").size());
        assertTrue(Files.readString(out.resolve("report.html")).contains("<code>./lethe study forgetting --data " + data
                + " --out " + out + " --threads 2 --seeds 2 --epochs 4 --batch 32</code>"));
        List<String> scores = Files.readAllLines(out.resolve("scores.csv"));
        assertEquals(
                "id,file,label,label_id,forgetting_events,never_learned_runs,first_learned,mean_margin,el2n,confidence,"
                        + "variability,mean_loss",
                scores.getFirst());
        assertEquals(EXAMPLES + 1, scores.size());
        int[] events = new int[EXAMPLES];
        for (int seed = 1; seed <= 2; seed++) {
            Path run = runOfSeed(seed);
            assertEquals(5, Files.readAllLines(run.resolve("metrics.csv")).size());
            assertTrue(Files.readString(run.resolve("config.json")).contains("\"seed\" : " + seed));
            try (History history = History.open(run.resolve("history.lethe"))) {
                assertEquals(4, history.epochs());
                ForgettingScores scored = ForgettingScores.of(history);
                assertEquals((double) scored.unforgettableCount() / EXAMPLES,
                        results.get("per_seed").get(seed - 1).get("unforgettable_fraction").asDouble(), 1e-12);
                for (int id = 0; id < EXAMPLES; id++) {
                    events[id] += scored.forgettingEvents(id);
                }
            }
        }
        for (int id = 0; id < EXAMPLES; id++) {
            String[] cells = scores.get(id + 1).split(",");
            assertEquals(id, Integer.parseInt(cells[0]));
            assertEquals("train-images-idx3-ubyte[" + id + "]", cells[1]);
            assertEquals(cells[2], cells[3], "the classes are called by their numbers");
            assertEquals(events[id], Integer.parseInt(cells[4]), "events of example " + id);
        }
        assertTrue(Files.readString(out.resolve("report.html")).contains("<svg"));
    }

    @Test
    void shouldConcludeInTheFolderOfRunsThatWereTrainedBefore() throws IOException {
        Outcome trained = study("--seeds", 1, "--epochs", 2, "--runs-only");
        assertEquals(0, trained.exitCode(), trained.err());
        assertFalse(Files.exists(out.resolve("study.json")));
        Outcome concluded = study("--seeds", 1, "--epochs", 2);
        assertEquals(0, concluded.exitCode(), concluded.err());
        assertTrue(concluded.out().contains("1 of 1 runs were finished before and are used"), concluded.out());
    }

    /** Two threads stand for two processes: one waits for the other's runs, and both conclude. */
    @Test
    void shouldLetTwoRunOneStudyAtOnce() throws Exception {
        try (ExecutorService users = Executors.newFixedThreadPool(2)) {
            List<Future<Outcome>> outcomes = new ArrayList<>();
            for (int user = 0; user < 2; user++) {
                outcomes.add(users.submit(() -> study("--seeds", 2, "--epochs", 1)));
            }
            for (Future<Outcome> outcome : outcomes) {
                assertEquals(0, outcome.get().exitCode(), outcome.get().err());
            }
        }
        assertTrue(Files.exists(out.resolve("report.html")));
    }

    @Test
    void shouldRepeatAStudyInItsOwnFolderAndRefuseAnotherOne() throws IOException {
        assertEquals(0, study("--seeds", 1, "--epochs", 2).exitCode());
        String before = Files.readString(out.resolve("scores.csv"));
        assertEquals(0, study("--seeds", 1, "--epochs", 2).exitCode());
        assertEquals(before, Files.readString(out.resolve("scores.csv")));
        Outcome another = study("--seeds", 1, "--epochs", 3);
        assertEquals(1, another.exitCode());
        assertTrue(another.err().contains("another study") && another.err().contains("epochs=2"), another.err());
        assertEquals(before, Files.readString(out.resolve("scores.csv")));
    }

    @ParameterizedTest
    @CsvSource({"auto, cpu, 'Lethe''s own, batch last'", "onednn, onednn, 'oneDNN''s, channels last'",
            "reference, reference, scalar loops"})
    void shouldSayWhoseKernelsTrained(String backend, String name, String kernels) throws IOException {
        assertEquals(0, study("--seeds", 1, "--epochs", 1, "--backend", backend).exitCode());
        JsonNode results = new ObjectMapper().readTree(out.resolve("results.json").toFile());
        assertEquals(name, results.get("backend").asText());
        assertEquals(kernels, results.get("provenance").get("kernels").asText());
        assertTrue(Files.readString(runOfSeed(1).resolve("config.json")).contains(kernels));
    }

    @Test
    void shouldRefuseAFolderThatHoldsOtherFiles() throws IOException {
        Files.createDirectories(out);
        Files.writeString(out.resolve("thesis.tex"), "precious");
        Outcome outcome = study("--epochs", 1);
        assertEquals(1, outcome.exitCode());
        assertTrue(outcome.err().contains(out.toString()), outcome.err());
        try (Stream<Path> files = Files.list(out)) {
            assertEquals(List.of(out.resolve("thesis.tex")), files.toList());
        }
    }

    @Test
    void shouldRefuseAFileAsFolder() throws IOException {
        Files.writeString(out, "a file");
        Outcome outcome = study("--epochs", 1);
        assertEquals(1, outcome.exitCode());
        assertTrue(outcome.err().contains("is a file"), outcome.err());
    }

    @ParameterizedTest
    @CsvSource(delimiter = ';', value = {"study forgetting --data emnist; permuted-mnist",
            "study forgetting --model resnet99; mnist-cnn", "study forgetting --backend tpu; reference",
            "study forgetting --epochs 0; epochs=0", "study forgetting --seeds 0; seeds=0",
            "study forgetting --batch 0; batch=0", "study forgetting --threads 0; threads=0",
            "study forgetting --learning-rate -1; learningRate", "study forgetting --preset slow; QUICK, PAPER",
            "study forgetting --conv fft; auto, direct, winograd or tf32",
            "train --dtype bf16 --conv winograd; choose dtype f32", "study forgetting --epochs ten; ten",
            "study forgetting --sedes 3; --seeds", "study forgotten; forgetting",
            "study; forgetting", "stduy; study",
            "study forgetting --jobs 1000; jobs=1000: choose between 1 and",
            "study forgetting --jobs 2 --threads 2000000000; jobs=2 of threads=2000000000 do not fit",
            "train --threads 100000; threads=100000: choose between 1 and", "train --threads 0; threads=0: choose",
            "eval nowhere --threads 100000; threads=100000: choose between 1 and",
            "eval nowhere --threads -1; threads=-1: choose between 1 and",
            "study removal --shares 0,0.5; share to remove=0.0: it lies in (0, 1), as in 0.3",
            "study removal --shares 1.5; share to remove=1.5", "study removal --rules best; unknown rule 'best'",
            "study removal --class-floor -1; classFloor=-1", "study removal --block-share 2; block share=2.0",
            "study removal --block-starts 1; block start=1.0",
            "study removal --ranking-order easy-first; --ranking-order easy-first is of the scores of --ranking",
            "study removal --ranking-column el2n; --ranking-column el2n is of the scores of --ranking",
            "study removal --ranking a.npy --ranking-order up; ranking order 'up': choose hard-first (the larger, the",
            "study noise --label-noise 0; share=0.0: it lies in",
            "study noise --label-noise 1; share=1.0: it lies in (0, 1), as in 0.2",
            "study noise --noise-kind flip; choose symmetric or pair", "study stability --seeds 1; at least 2",
            "study transfer --from mnist-cnn; choose another, or the removal study",
            "study transfer --from lenet; mnist-cnn", "study pixel-noise --deviations 0; deviation=0.0",
            "study early --stop-when-stable 2; it lies in (0, 1]", "study continual --rounds 0; rounds=0",
            "study all --studies forgotten; unknown study 'forgotten': choose forgetting, stability"})
    void shouldNameTheChoicesWhenTheUsageIsWrong(String commandLine, String expected) {
        Outcome outcome = run((Object[]) commandLine.split(" "));
        assertEquals(2, outcome.exitCode(), outcome.err());
        assertTrue(outcome.err().contains(expected), outcome.err());
    }

    private Outcome train(Object... more) {
        return run(Stream.concat(Stream.of("train", "--data", data, "--out", out, "--threads", 2, "--batch", 24,
                "--epochs", 4), Stream.of(more)).toArray());
    }

    private double loss(TestViews views) throws IOException {
        return RunEvaluation.of(out).withViews(views).test("auto", 2).loss();
    }

    @Test
    void shouldTrainAndTestWithEveryOption() throws IOException {
        Outcome trained = train("--optimizer", "adamw", "--betas", "0.8,0.99", "--epsilon", "1e-6", "--weight-decay",
                "0.1", "--clip-norm", "0.5", "--no-decay", "norm,bias", "--ema", "0.9", "--accumulate", 3, "--tta",
                "mirror", "--learning-rate", "0.0005");
        assertEquals(0, trained.exitCode(), trained.err());
        JsonNode config = new ObjectMapper().readTree(RunFolder.onlyRun(out).resolve("config.json").toFile());
        assertEquals("adamw 0.8 0.99 1.0E-6 0.1 0.5 norm,bias 0.9 3 mirror",
                Stream.of("optimizer", "beta1", "beta2", "epsilon", "weight_decay", "clip_norm", "no_decay", "ema",
                        "accumulate", "test_views").map(key -> config.get(key).asText())
                        .collect(Collectors.joining(" ")));
        String accuracy = trained.out().replaceAll("(?s).*test accuracy (\\S+)%.*", "$1");
        assertTrue(Double.parseDouble(accuracy) > 40, trained.out());
        Outcome tested = run("eval", out);
        assertTrue(tested.out().startsWith("test accuracy " + accuracy + "%, loss "), tested.out());
        assertEquals(tested.out(), run("eval", out, "--tta", "mirror").out());
        assertTrue(run("eval", out, "--tta", "none").out().startsWith("test accuracy "));
        assertNotEquals(loss(TestViews.MIRROR), loss(TestViews.NONE));
        Outcome another = train("--resume", "--learning-rate", "0.0005");
        assertEquals(1, another.exitCode());
        assertTrue(another.err().contains("holds another study, with ") && another.err().contains("adamw"),
                another.err());
    }

    /** The checkpoint does not need the history; going on with the run does. */
    @Test
    void shouldTestARunWhoseHistoryHasLostItsLastCommitAndSayHowToGoOn() throws IOException {
        assertEquals(0, train().exitCode());
        String tested = run("eval", out).out();
        Path history = RunFolder.onlyRun(out).resolve("history.lethe");
        byte[] whole = Files.readAllBytes(history);
        byte[] damaged = whole.clone();
        int record = (int) new HistoryLayout(EXAMPLES, 4).commit(3);
        Arrays.fill(damaged, record, record + 128, (byte) 0);
        Files.write(history, damaged);
        assertEquals(tested, run("eval", out).out());
        Outcome finished = train("--resume");
        assertEquals(1, finished.exitCode());
        assertTrue(finished.err().startsWith("lethe: " + history + " has sha256="), finished.err());
        Files.delete(RunFolder.onlyRun(out).resolve("run.json")); // as if the run had not been finished
        Outcome resumed = train("--resume");
        assertEquals(1, resumed.exitCode());
        Path checkpoint = RunFolder.onlyRun(out).resolve("checkpoint");
        assertEquals("lethe: " + history + " has 3 epochs where the checkpoint has 4, its last ones are lost: put a "
                + "copy of the file back, or move " + checkpoint
                + " away and go on with the run, which is then trained "
                + "from its first epoch, to the same results", resumed.err().strip());
        Files.move(checkpoint, folder.resolve("away"));
        assertEquals(0, train("--resume").exitCode());
        assertArrayEquals(whole, Files.readAllBytes(history));
        assertEquals(tested, run("eval", out).out());
    }

    @Test
    void shouldStopWhenTheRankingIsStable() throws IOException {
        Outcome outcome = run("train", "--data", data, "--out", out, "--threads", 1, "--batch", 24, "--epochs", 60,
                "--stop-when-stable", "0.9");
        assertEquals(0, outcome.exitCode(), outcome.err());
        Path run = RunFolder.onlyRun(out);
        try (History history = History.open(run.resolve("history.lethe"))) {
            int epochs = history.epochs();
            assertTrue(epochs >= 5 && epochs < 60, "epochs " + epochs);
            assertEquals(epochs, new RankingStability(0.9).firstStable(history).orElse(epochs));
            assertTrue(outcome.out().contains("after " + epochs + " epochs"), outcome.out());
        }
        assertTrue(Files.exists(run.resolve("scores.csv")));
        assertEquals("nothing was left to train", run("train", "--data", data, "--out", out, "--threads", 1, "--batch",
                24, "--epochs", 60, "--stop-when-stable", "0.9", "--resume").out().lines().toList().getLast());
        assertTrue(run("eval", out).out().startsWith("test accuracy "));
    }

    @ParameterizedTest
    @CsvSource(delimiter = ';', value = {"--optimizer adam; 'adam'", "--optimizer adamw --betas 0.9; two are needed",
            "--optimizer adamw --betas 1,0.9; AdamW betas=1.0,0.9: both lie in [0, 1)",
            "--optimizer adamw --epsilon 0; AdamW epsilon=0.0: it must be a number above 0",
            "--optimizer adamw --momentum 0.9; --momentum is no option of adamw: leave it out",
            "--betas 0.9,0.99; --betas is no option of sgd: leave it out", "--epsilon 1; --epsilon is no option of sgd",
            "--momentum 1; momentum=1.0: it lies in [0, 1)", "--weight-decay -1; weightDecay=-1.0",
            "--clip-norm -1; clipNorm=-1.0: it must be a number above 0", "--clip-norm NaN; clipNorm=NaN",
            "--no-decay all; choose none, norm, bias or norm,bias", "--ema 1; averageDecay=1.0: it lies in [0, 1)",
            "--accumulate 5; batch=24 cannot be computed in 5 equal parts: choose a multiple of 5",
            "--accumulate 0; parts=0 of a batch: at least 1 is needed",
            "--tta flip; test views 'flip': choose one of none, mirror, mirror+shift",
            "--lookahead 0; lookahead every=0 steps: at least 1 is needed",
            "--lookahead 5:1; lookahead kept=1.0: it lies in [0, 1)",
            "--lookahead 5:0.5:-1; lookahead power=-1.0: it must be a number from 0 on",
            "--lookahead often; lookahead 'often': give none, or the steps between synchronizations, as in 5",
            "--lookahead 5:0.5:1:2; lookahead '5:0.5:1:2': give none",
            "--lookahead 5 --ema 0.9; averageDecay=0.9 and lookahead=5:0.5:0.0: both are averages of the weights"})
    void shouldRefuseBadOptionsOfTraining(String options, String expected) {
        Outcome outcome = train((Object[]) options.split(" "));
        assertEquals(2, outcome.exitCode(), outcome.err());
        assertTrue(outcome.err().contains(expected), outcome.err());
        assertFalse(Files.exists(out));
    }

    @ParameterizedTest
    @CsvSource(delimiter = ';', value = {
            "--batch 301; batch=301 is larger than the training set of 300 examples: choose a smaller one",
            "--batch 30 --epochs 2 --lookahead 21; lookahead every=21 steps is more than the 20 that are made: choose "
                    + "less, or none"})
    void shouldFailWithOneSentenceAndWriteNothing(String options, String expected) {
        Outcome outcome = study((Object[]) options.split(" "));
        assertEquals(1, outcome.exitCode());
        assertEquals("lethe: " + expected, outcome.err().strip());
        assertFalse(Files.exists(out));
    }

    @Test
    void shouldPrintAStackTraceOnlyWhenAsked() {
        assertFalse(study("--batch", 301).err().contains("\tat "));
        assertTrue(study("--batch", 301, "--debug").err().contains("\tat "));
    }

    private List<Path> allOf(Path tree) throws IOException {
        try (Stream<Path> files = Files.walk(tree)) {
            return files.sorted().toList();
        }
    }

    /** Files that are written there would be taken for data, in this run or in the next. */
    @ParameterizedTest
    @CsvSource({"train --out, stripes, output folder", "train --out, stripes/out, output folder",
            "train --out, link/a/b, output folder",
            "train --out, other/../stripes/out, output folder", "study forgetting --out, stripes/out, output folder",
            "study forgetting --runs, stripes/runs, folder of runs",
            "study removal --runs-only --runs, link/runs, folder of runs",
            "study stability --runs-only --out, stripes/out, folder of runs"})
    void shouldRefuseToWriteIntoTheFolderOfTheData(String command, String place, String what) throws IOException {
        Files.createSymbolicLink(folder.resolve("link"), data);
        List<Path> before = allOf(folder);
        Outcome outcome = run(Stream.concat(Stream.of(command.split(" ")), Stream.of(folder.resolve(place), "--data",
                data, "--epochs", 1, "--threads", 1)).toArray());
        assertEquals(1, outcome.exitCode(), outcome.err());
        assertTrue(outcome.err().startsWith("lethe: " + what + " " + folder) && outcome.err().strip().endsWith(
                " lies in the folder of the data set, " + data + ", where its files would be taken for data: choose a "
                        + "folder outside of it"),
                outcome.err());
        assertEquals(before, allOf(folder));
    }

    @Test
    void shouldRefuseToWriteAroundTheData() throws IOException {
        assertEquals(0, study("--seeds", 1, "--epochs", 1).exitCode());
        Path moved = Files.move(data, out.resolve("stripes"));
        Outcome outcome = run("study", "forgetting", "--data", moved, "--out", out, "--epochs", 1, "--threads", 1);
        assertEquals(
                "lethe: output folder " + out + " holds the data set " + moved + ", whose files could be overwritten: "
                        + "choose another folder, or move the data",
                outcome.err().strip());
        data = Files.move(moved, folder.resolve("moved"));
        Path labels = Files.copy(data.resolve("train-labels-idx1-ubyte"), out.resolve("scores.csv"),
                StandardCopyOption.REPLACE_EXISTING);
        assertTrue(study("--labels", labels).err().contains(" holds the labels " + labels + ", "));
    }

    @Test
    void shouldNameABadFileAndWriteNothing() throws IOException {
        Path labels = data.resolve("train-labels-idx1-ubyte");
        Files.write(labels, Arrays.copyOf(Files.readAllBytes(labels), 100));
        Outcome outcome = study("--epochs", 1);
        assertEquals(1, outcome.exitCode());
        assertTrue(outcome.err().contains(labels.toString()) && outcome.err().contains("truncated"), outcome.err());
        assertFalse(Files.exists(out));
    }

    @Test
    void shouldKeepTheHistoryOfADivergedRunAndSayWhatToTry() throws IOException {
        Outcome outcome = study("--seeds", 1, "--epochs", 3, "--learning-rate", "1e6");
        assertEquals(1, outcome.exitCode());
        assertTrue(outcome.err().contains("learning rate") && outcome.err().contains("step"), outcome.err());
        assertFalse(Files.exists(out.resolve("results.json")));
        try (History history = History.open(runOfSeed(1).resolve("history.lethe"))) {
            assertTrue(history.epochs() < 3, history.toString());
        }
    }

    @Test
    void shouldShowWhatItFindsOnTheMachine() {
        Outcome outcome = run("doctor");
        assertEquals(0, outcome.exitCode());
        for (String expected : List.of("oneDNN 3.", "Vector API", "floats a vector", "Backend reference", "Memory",
                "auto chooses       cpu", "Convolutions")) {
            assertTrue(outcome.out().contains(expected), outcome.out());
        }
    }

    @Test
    void shouldPrintHelpVersionAndCompletion() {
        assertTrue(run("--help").out().contains("doctor"));
        assertTrue(run("help", "study").out().contains("forgetting"));
        assertTrue(run("--version").out().startsWith("lethe "));
        assertTrue(run("generate-completion").out().contains("complete -F"));
        assertTrue(run("study", "forgetting", "--help").out().contains("--preset"));
    }
}
