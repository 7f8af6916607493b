package dev.lethe.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A rehearsal of {@code bench/gpu.sh} in a pack whose launcher, Python and Nsight Compute are stand-ins. */
@Tag("slow")
class GpuScriptTest {
    /** The first lines of every stand-in: it notes the call and acts as the test wants of calls that contain a text. */
    private static final String STAND_IN = """
            #!/bin/sh
            echo "${0##*/} $* eager=${LETHE_CUDA_EAGER:-no}" >>"$REHEARSAL/calls"
            while IFS='|' read -r text action; do
              case "$*" in *"$text"*) eval "$action" ;; esac
            done <"$REHEARSAL/faults"
            """;
    private static final String LETHE = STAND_IN + """
            echo "0.5 ±(99.9%) 0.1"
            case "$*" in
              *TrainStep*)
                echo "# Warmup Iteration   1: 90.000 ops/s"
                for images in 72000 60000 66000 70000; do
                  echo "Iteration   1: 100.000 ops/s"
                  echo "                 images: $images.500 ops/s"
                  echo
                done
                echo 'Secondary result "dev.lethe.bench.TrainStepBenchmark.step:images":' ;;
              *--agree*) echo "ok   $5 f32  loss 2.3 to 2.2" ;;
              doctor) echo "Backend cudnn      available: a stand-in" ;;
            esac
            """;
    private static final String PYTHON = STAND_IN + """
            case "$1" in
              -c) echo /usr/lib/python3/site-packages ;;
              *ratios.py) PATH=${PATH#*:} exec python3 "$@" ;;
              *)
                echo "0.5 ±(99.9%) 0.1"
                while [ $# -gt 1 ]; do
                  case "$1" in --variants) variants=$2 ;; --dtype) dtype=$2 ;; --model) model=$2 ;; esac
                  shift
                done
                for variant in $(echo "$variants" | tr , ' '); do
                  rate=40000
                  [ "$variant" = graph ] || rate=34000
                  printf '{"engine": "pytorch-%s", "model": "%s", "dtype": "%s", "images_per_second": %s}\\n' \\
                    "$variant" "$model" "$dtype" "$rate"
                done ;;
            esac
            """;
    private static final String NCU = STAND_IN + """
            while [ "$1" != --log-file ]; do shift; done
            echo '"ID","Kernel Name"' >"$2"
            """;

    @TempDir
    private Path folder;

    private Path pack;
    private Path out;

    /** The end of a run: exit code and seconds. */
    private record End(int exitCode, double seconds) {}

    @BeforeEach
    void makePack() throws IOException {
        pack = Files.createDirectories(folder.resolve("pack"));
        out = folder.resolve("out");
        Path scripts = Files.createDirectories(pack.resolve("bench/peers"));
        Files.copy(Path.of("gpu.sh"), pack.resolve("bench/gpu.sh"));
        Files.copy(Path.of("peers/ratios.py"), scripts.resolve("ratios.py"));
        Files.writeString(folder.resolve("faults"), "");
        standIn(pack.resolve("lethe"), LETHE);
        Path programs = Files.createDirectories(folder.resolve("bin"));
        standIn(programs.resolve("python3"), PYTHON);
        standIn(programs.resolve("ncu"), NCU);
    }

    private static void standIn(Path file, String script) throws IOException {
        Files.writeString(file, script);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    private ProcessBuilder script(int percent, String... arguments) {
        List<String> command = new ArrayList<>(List.of("bash", pack.resolve("bench/gpu.sh").toString()));
        command.addAll(List.of(arguments));
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true)
                .redirectOutput(folder.resolve("printed").toFile());
        Map<String, String> environment = builder.environment();
        environment.keySet().removeAll(List.of("PYTHON", "LETHE_CUDA_PATH", "LETHE_CUDA_EAGER", "CIFAR", "AGREE",
                "MODEL", "BATCH", "JDK_JAVA_OPTIONS"));
        environment.put("PATH", folder.resolve("bin") + ":" + environment.get("PATH"));
        environment.put("REHEARSAL", folder.toString());
        environment.put("LIMITS_PERCENT", String.valueOf(percent));
        return builder;
    }

    private static End run(ProcessBuilder script) throws IOException, InterruptedException {
        long begin = System.nanoTime();
        Process process = script.start();
        assertTrue(process.waitFor(3, TimeUnit.MINUTES), "the script ends");
        return new End(process.exitValue(), (System.nanoTime() - begin) / 1e9);
    }

    private List<String> summary() throws IOException {
        return Files.readAllLines(out.resolve("summary.txt"));
    }

    /** Returns the stages of the summary with what became of them, without times. */
    private List<String> stages() throws IOException {
        return summary().stream().filter(line -> line.matches("[a-z0-9-]+: .*"))
                .map(line -> line.replaceAll("(in|after) [0-9.]+ s", "").strip()).toList();
    }

    private static List<String> done(String... stages) {
        return Stream.of(stages).map(stage -> stage + ": done").toList();
    }

    private List<String> files() throws IOException {
        try (Stream<Path> files = Files.list(out)) {
            return files.map(Path::getFileName).map(Path::toString).sorted().toList();
        }
    }

    @Test
    void shouldRunEveryStageInTheOrderOfItsWorth() throws IOException, InterruptedException {
        ProcessBuilder script = script(100, out.toString());
        script.environment().put("CIFAR", "/data/cifar");
        assertEquals(0, run(script).exitCode());
        assertEquals(List.of("all.log", "ncu.csv", "results.jsonl", "summary.txt"), files());
        assertEquals(
                done("machine", "doctor", "agree-mlp", "agree-mnist-cnn", "agree-resnet18", "agree-airbench94",
                        "lethe-bf16",
                        "peer-bf16", "lethe-bf16-untracked", "same-bits", "profile", "airbench94", "lethe-tf32",
                        "peer-tf32", "peer-compile", "lethe-f32", "peer-f32"),
                stages());
        assertEquals(
                "{\"engine\": \"lethe-cudnn\", \"model\": \"resnet18\", \"dtype\": \"bf16\", \"batch\": 512, "
                        + "\"images_per_second\": 68000.5, \"lowest\": 60000.5, \"highest\": 72000.5, \"rounds\": 4}",
                Files.readAllLines(out.resolve("results.jsonl")).getFirst());
        assertEquals(9, Files.readAllLines(out.resolve("results.jsonl")).size());
        List<String> ratios = summary().subList(summary().indexOf("ratios:") + 1, summary().size());
        assertEquals("resnet18   bf16 lethe-cudnn                    68,000 images/s  1.70 times pytorch-graph",
                ratios.getFirst());
        assertTrue(ratios.contains("resnet18   bf16 tracking costs 0.00%"), ratios.toString());
        assertTrue(ratios.stream().anyMatch(line -> line.contains(" tf32 lethe-cudnn-tf32 ")), ratios.toString());
        assertTrue(summary().contains("Backend cudnn      available: a stand-in"), summary().toString());
    }

    @Test
    void shouldGoOnAfterEveryKindOfFailure() throws IOException, InterruptedException {
        Files.writeString(folder.resolve("faults"), """
                agree cpu cudnn mlp|echo 'FAIL mlp f32'; exit 1
                agree cpu cudnn mnist-cnn|exit 2
                agree cpu cudnn resnet18|echo "DEAD resnet18 f32 does not run: it is gone"; exit 3
                agree cpu cudnn airbench94|exit 134
                engine=lethe-cudnn-untracked|echo 'Iteration 1:'; echo '  images: 5.0 ops/s'; echo; exec sleep 100
                --variants graph,eager|echo 'RuntimeError: out of memory'; exit 1
                engine=lethe-cudnn -p model=resnet18 -p dtype=f32|exit 1
                """);
        assertEquals(0, run(script(10, out.toString())).exitCode());
        assertEquals(
                List.of("machine: done", "doctor: done", "agree-mlp: exit code 1", "agree-mnist-cnn: exit code 2",
                        "agree-resnet18: exit code 3", "agree-resnet18-eager: exit code 3",
                        "agree-airbench94: exit code 134", "lethe-bf16: done", "peer-bf16: exit code 1",
                        "lethe-bf16-untracked: stopped", "same-bits: done", "profile: done", "lethe-tf32: done",
                        "peer-tf32: done", "peer-compile: done", "lethe-f32: exit code 1"),
                stages());
        assertTrue(
                summary().containsAll(List.of("FAIL mlp f32", "DEAD resnet18 f32 does not run: it is gone",
                        "RuntimeError: out of memory")),
                summary().toString());
        List<String> calls = Files.readAllLines(folder.resolve("calls"));
        assertEquals(List.of("lethe bench --agree cpu cudnn resnet18 eager=1"),
                calls.stream().filter(call -> call.endsWith("eager=1")).toList());
        assertTrue(Files.readString(out.resolve("results.jsonl"))
                .contains("\"lethe-cudnn-untracked\", \"model\": \"resnet18\", \"dtype\": \"bf16\", \"batch\": 512, "
                        + "\"images_per_second\": 5.0, \"lowest\": 5.0, \"highest\": 5.0, \"rounds\": 1}"),
                "what was measured before the stop counts");
    }

    @Test
    void shouldKeepToItsMinutesWhereNothingEnds() throws IOException, InterruptedException {
        Files.writeString(folder.resolve("faults"), "bench |exec sleep 100\n--variants|exec sleep 100\n");
        End end = run(script(5, "--minutes", "2", out.toString()));
        assertEquals(0, end.exitCode());
        assertTrue(end.seconds() < 15, "the stages would take 40 seconds, not " + end.seconds());
        List<String> stages = stages();
        assertEquals(List.of("agree-mlp: stopped", "agree-mnist-cnn: stopped"), stages.subList(2, 4));
        assertTrue(stages.contains("lethe-f32: left out, no time is left"), stages.toString());
        assertEquals("ratios:", summary().getLast());
        assertEquals(List.of("all.log", "results.jsonl", "summary.txt"), files());
    }

    @Test
    void shouldWriteWhatItKnowsWhenItIsStopped() throws IOException, InterruptedException {
        Files.writeString(folder.resolve("faults"), "--variants|exec sleep 100\n");
        Process process = script(100, out.toString()).start();
        Path results = out.resolve("results.jsonl");
        long begin = System.nanoTime();
        while ((!Files.exists(results) || Files.size(results) == 0) && System.nanoTime() - begin < 60e9) {
            Thread.sleep(20);
        }
        process.destroy();
        assertTrue(process.waitFor(1, TimeUnit.MINUTES), "it does not wait for the stage");
        assertEquals(143, process.exitValue());
        assertTrue(summary().getLast().contains("lethe-cudnn"), summary().toString());
    }

    @Test
    void shouldUseAndKeepTheCacheOfAnEarlierRun() throws IOException, InterruptedException {
        Files.writeString(folder.resolve("faults"), """
                doctor|mkdir -p "$LETHE_CACHE"; ls "$LETHE_CACHE" >>"$REHEARSAL/cached"; echo plan >"$LETHE_CACHE/plans"
                """);
        run(script(100, out.toString()));
        run(script(100, out.toString()));
        assertEquals(List.of("plans"), Files.readAllLines(folder.resolve("cached")));
        assertEquals(5, files().size());
        assertFalse(Files.readString(out.resolve("results.jsonl")).isEmpty());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "--minutes", "--minutes x out", "--minutes 1 out", "--help", "one two"})
    void shouldRefuseWrongUsage(String arguments) throws IOException, InterruptedException {
        String[] words = arguments.isEmpty() ? new String[0] : arguments.split(" ");
        assertEquals(2, run(script(100, words)).exitCode());
        assertTrue(Files.readString(folder.resolve("printed")).contains("usage: bench/gpu.sh"));
        assertFalse(Files.exists(folder.resolve("calls")), "nothing was run");
    }
}
