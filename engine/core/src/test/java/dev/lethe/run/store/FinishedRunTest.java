package dev.lethe.run.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lethe.data.StripedImages;
import dev.lethe.io.Json;
import dev.lethe.kernels.op.Optimizer;
import dev.lethe.run.PlanListener;
import dev.lethe.run.RunException;
import dev.lethe.run.RunPlan;
import dev.lethe.run.RunSettings;
import dev.lethe.run.RunSpec;
import dev.lethe.run.execute.PlanExecutor;
import dev.lethe.tracker.HistoryLayout;
import dev.lethe.tracker.Sha256;
import dev.lethe.tracker.interchange.NpyFile;
import dev.lethe.tracker.interchange.NumpyArray;
import dev.lethe.train.TrainingConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** A finished run is believed only as far as its files are what it left. */
class FinishedRunTest {
    private static final int EXAMPLES = 120;
    private static final int EPOCHS = 3;

    /** Two runs of one plan, trained once and copied for each test. */
    @TempDir
    private static Path trained;
    private static RunSpec first;
    private static RunSpec second;

    @TempDir
    private Path runs;
    private Path run;
    private Path other;

    @BeforeAll
    static void train() throws IOException {
        Path data = StripedImages.write(trained.resolve("stripes"), EXAMPLES, 40);
        RunSettings settings = RunSettings.of(data.toString(), "mlp",
                TrainingConfig.of(new Optimizer.Sgd(0.5f, false, 0)).withSeed(1).withEpochs(EPOCHS).withBatch(24)
                        .withLearningRate(0.05f))
                .on("cpu", 1);
        first = RunSpec.of(settings);
        second = first.withSeed(2);
        execute(trained.resolve("runs"));
    }

    @BeforeEach
    void copyRuns() throws IOException {
        copy(trained.resolve("runs"), runs);
        RunStore store = new RunStore(runs, PlanListener.NONE);
        run = store.folder(first);
        other = store.folder(second);
    }

    private static void copy(Path from, Path to) throws IOException {
        try (Stream<Path> tree = Files.walk(from)) {
            for (Path path : tree.filter(Files::isRegularFile).toList()) {
                Path copy = to.resolve(from.relativize(path).toString());
                Files.createDirectories(copy.getParent());
                Files.copy(path, copy);
            }
        }
    }

    private static FinishedRuns execute(Path folder) throws IOException {
        return new PlanExecutor(new RunStore(folder, PlanListener.NONE), 1, PlanListener.NONE)
                .execute(RunPlan.of(List.of(first, second)));
    }

    /** Damage to the first run, and the words that a message about it must have. */
    private enum Damage {
        LOST_COMMIT("history.lethe") {
            @Override
            void to(Path run, Path other) throws IOException {
                byte[] bytes = Files.readAllBytes(run.resolve(file));
                int record = (int) new HistoryLayout(EXAMPLES, EPOCHS).commit(EPOCHS - 1);
                Arrays.fill(bytes, record, record + 128, (byte) 0); // both copies, in one sector
                Files.write(run.resolve(file), bytes);
            }
        },
        TRUNCATED_HISTORY("history.lethe") {
            @Override
            void to(Path run, Path other) throws IOException {
                Files.write(run.resolve(file), Arrays.copyOf(Files.readAllBytes(run.resolve(file)), 5000));
            }
        },
        HISTORY_OF_ANOTHER_SEED("history.lethe") {
            @Override
            void to(Path run, Path other) throws IOException {
                Files.write(run.resolve(file), Files.readAllBytes(other.resolve(file)));
            }
        },
        HISTORY_AND_CONFIGURATION_OF_ANOTHER_SEED("config.json") {
            @Override
            void to(Path run, Path other) throws IOException {
                HISTORY_OF_ANOTHER_SEED.to(run, other);
                Files.write(run.resolve(file), Files.readAllBytes(other.resolve(file)));
            }
        },
        ALL_OF_ANOTHER_SEED("run.json") {
            @Override
            void to(Path run, Path other) throws IOException {
                for (String name : List.of("history.lethe", "config.json", "metrics.csv", "predictions.npy", file)) {
                    Files.write(run.resolve(name), Files.readAllBytes(other.resolve(name)));
                }
            }
        },
        NO_HISTORY("history.lethe") {
            @Override
            void to(Path run, Path other) throws IOException {
                Files.delete(run.resolve(file));
            }
        },
        LOST_ROWS("metrics.csv") {
            @Override
            void to(Path run, Path other) throws IOException {
                List<String> lines = Files.readAllLines(run.resolve(file));
                Files.write(run.resolve(file), lines.subList(0, lines.size() - 1));
            }
        },
        TORN_ROW("metrics.csv") {
            @Override
            void to(Path run, Path other) throws IOException {
                String text = Files.readString(run.resolve(file));
                Files.writeString(run.resolve(file), text.substring(0, text.length() - 2));
            }
        },
        ROWS_THAT_ARE_NO_NUMBERS("metrics.csv") {
            @Override
            void to(Path run, Path other) throws IOException {
                Files.writeString(run.resolve(file), Files.readString(run.resolve(file)).replace("\n2,", "\n2,x"));
            }
        },
        ROWS_TWICE("metrics.csv") {
            @Override
            void to(Path run, Path other) throws IOException {
                Files.writeString(run.resolve(file), Files.readString(run.resolve(file)).replace("\n2,", "\n1,"));
            }
        },
        NO_TEXT("metrics.csv") {
            @Override
            void to(Path run, Path other) throws IOException {
                Files.write(run.resolve(file), new byte[]{(byte) 0xFF, (byte) 0xC0, 0});
            }
        },
        NO_METRICS("metrics.csv") {
            @Override
            void to(Path run, Path other) throws IOException {
                Files.delete(run.resolve(file));
            }
        },
        PREDICTIONS_OF_ANOTHER_TYPE("predictions.npy") {
            @Override
            void to(Path run, Path other) throws IOException {
                NpyFile.write(run.resolve(file), NumpyArray.of(new float[EXAMPLES]));
            }
        },
        PREDICTIONS_OF_FEWER_EXAMPLES("predictions.npy") {
            @Override
            void to(Path run, Path other) throws IOException {
                NpyFile.write(run.resolve(file), NumpyArray.of(new int[EXAMPLES - 1]));
            }
        },
        PREDICTIONS_IN_ROWS("predictions.npy") {
            @Override
            void to(Path run, Path other) throws IOException {
                NpyFile.write(run.resolve(file), NumpyArray.of(new int[EXAMPLES]).withShape(2, EXAMPLES / 2));
            }
        },
        NO_ARRAY("predictions.npy") {
            @Override
            void to(Path run, Path other) throws IOException {
                Files.writeString(run.resolve(file), "no array");
            }
        },
        MARGINS_OF_ANOTHER_TYPE("weighted_margin.npy") {
            @Override
            void to(Path run, Path other) throws IOException {
                NpyFile.write(run.resolve(file), NumpyArray.of(new double[EXAMPLES]));
            }
        },
        CONFIDENCES_OF_MORE_EXAMPLES("weighted_confidence.npy") {
            @Override
            void to(Path run, Path other) throws IOException {
                NpyFile.write(run.resolve(file), NumpyArray.of(new float[EXAMPLES + 1]));
            }
        },
        ALTERED_CONFIGURATION("config.json") {
            @Override
            void to(Path run, Path other) throws IOException {
                Files.writeString(run.resolve(file),
                        Files.readString(run.resolve(file)).replace("\"batch\" : 24", "\"batch\" : 12"));
            }
        },
        EMPTY_MANIFEST("run.json") {
            @Override
            void to(Path run, Path other) throws IOException {
                Files.write(run.resolve(file), new byte[0]); // as after a power cut in earlier versions
            }
        },
        TORN_MANIFEST("run.json") {
            @Override
            void to(Path run, Path other) throws IOException {
                Files.writeString(run.resolve(file), Files.readString(run.resolve(file)).substring(0, 100));
            }
        };

        final String file;

        Damage(String file) {
            this.file = file;
        }

        abstract void to(Path run, Path other) throws IOException;
    }

    /** Everything that studies read. */
    private void readAll() throws IOException {
        FinishedRun finished = execute(runs).get(first);
        finished.scores();
        finished.epochs();
        finished.predictions();
        finished.weightedMeans();
        finished.configuration();
        finished.provenance();
    }

    private void requireRefusal(Damage damage) throws IOException {
        damage.to(run, other);
        String message = assertThrows(RunException.class, this::readAll).getMessage();
        assertTrue(message.contains(run.resolve(damage.file).toString()), message);
        assertTrue(message.contains("run the same command again"), message);
        assertFalse(message.contains("\n") || message.contains("For input string"), message);
    }

    @ParameterizedTest
    @EnumSource
    void shouldRefuseARunWhoseFilesAreNotWhatItLeft(Damage damage) throws IOException {
        requireRefusal(damage);
    }

    /** Earlier versions recorded neither epochs nor digests; what can be checked without them is. */
    @ParameterizedTest
    @EnumSource
    void shouldRefuseARunOfAnEarlierVersionWhoseFilesCannotBeIts(Damage damage) throws IOException {
        makeEarlier(run);
        makeEarlier(other);
        readAll();
        requireRefusal(damage);
    }

    private static void makeEarlier(Path run) throws IOException {
        Map<Object, Object> fields = new LinkedHashMap<>(Json.read(run.resolve("run.json")));
        fields.remove("epochs");
        fields.remove("files");
        Json.write(run.resolve("run.json"), fields);
    }

    @Test
    void shouldListWhatItLeft() throws IOException {
        Map<?, ?> fields = Json.read(run.resolve("run.json"));
        assertEquals(EPOCHS, fields.get("epochs"));
        Map<?, ?> files = (Map<?, ?>) fields.get("files");
        assertEquals(List.of("config.json", "history.lethe", "metrics.csv", "scores.csv", "predictions.npy",
                "weighted_margin.npy", "weighted_confidence.npy"), List.copyOf(files.keySet()));
        for (Object name : files.keySet()) {
            Map<?, ?> file = (Map<?, ?>) files.get(name);
            assertEquals(Files.size(run.resolve(name.toString())), ((Number) file.get("bytes")).longValue());
            assertEquals(Sha256.ofFile(run.resolve(name.toString())).hex(), file.get("sha256"));
        }
        readAll();
    }

    @ParameterizedTest
    @CsvSource(delimiter = ';', value = {"epochs\" : 3; epochs\" : 2; has epochs=2 where the run has 3",
            "epochs; epoch; has no number of epochs or no list of files",
            "\"files; \"file; has no number of epochs or no list of files",
            "sha256; sha; has no size and digest of config.json", "bytes; byte; has no size and digest of config.json",
            "\"key; \"keys; has no key or no provenance", "provenance; proven; has no key or no provenance"})
    void shouldRefuseAnAlteredManifest(String text, String altered, String expected) throws IOException {
        Path manifest = run.resolve("run.json");
        Files.writeString(manifest, Files.readString(manifest).replaceFirst(text, altered));
        String message = assertThrows(RunException.class, () -> execute(runs)).getMessage();
        assertTrue(message.startsWith(manifest + " " + expected) && message.contains("run the same command again"),
                message);
    }

    /** Nobody reads the table but people, who may have saved it from a spreadsheet. */
    @Test
    void shouldNotMindATableThatNoStudyReads() throws IOException {
        Files.delete(run.resolve("scores.csv"));
        readAll();
    }

    @Test
    void shouldNameWhatDiffersAndHowToTrainTheRunAgain() throws IOException {
        Damage.LOST_COMMIT.to(run, other);
        Path history = run.resolve("history.lethe");
        Sha256 left = Sha256.ofFile(trained.resolve("runs").resolve(run.getFileName()).resolve("history.lethe"));
        String remedy = ": move " + run + " out of " + runs + " and run the same command again, which trains this run "
                + "anew";
        assertEquals(history + " has sha256=" + Sha256.ofFile(history) + " where run.json has " + left
                + ", it was altered or damaged" + remedy,
                assertThrows(RunException.class, () -> execute(runs)).getMessage());
        makeEarlier(run);
        assertEquals(history + " has 2 epochs where the run has 3" + remedy,
                assertThrows(RunException.class, () -> execute(runs)).getMessage());
    }

    @Test
    void shouldTrainAnewWhereTheRunWasMovedAway() throws IOException {
        Damage.LOST_COMMIT.to(run, other);
        Files.move(run, trained.resolve("away-" + System.nanoTime()));
        readAll();
        assertEquals(-1, Files.mismatch(run.resolve("history.lethe"),
                trained.resolve("runs").resolve(run.getFileName()).resolve("history.lethe")));
    }

    /** The end of a run is made again from its checkpoint. */
    @Test
    void shouldEndARunAgainWhoseManifestWasMovedAway() throws IOException {
        Files.delete(run.resolve("run.json"));
        Files.delete(run.resolve("weighted_margin.npy"));
        Files.delete(run.resolve("metrics.csv"));
        readAll();
        assertEquals(-1, Files.mismatch(run.resolve("metrics.csv"),
                trained.resolve("runs").resolve(run.getFileName()).resolve("metrics.csv")));
    }

    @Test
    void shouldSayThatTheLastPredictionsAreLost() throws IOException {
        Files.delete(run.resolve("run.json"));
        Files.delete(run.resolve("predictions.npy"));
        String message = assertThrows(RunException.class, this::readAll).getMessage();
        assertEquals(run.resolve("predictions.npy") + " is missing or damaged, and cannot be computed from the "
                + "checkpoint: put a copy of the file back, or move " + run.resolve("checkpoint") + " away and go on "
                + "with the run, which is then trained from its first epoch, to the same results", message);
        Files.move(run.resolve("checkpoint"), run.resolve("away"));
        readAll();
        assertEquals(-1, Files.mismatch(run.resolve("predictions.npy"),
                trained.resolve("runs").resolve(run.getFileName()).resolve("predictions.npy")));
    }
}
