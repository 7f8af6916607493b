package dev.lethe.tracker;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lethe.tracker.interchange.ImportedScores;
import dev.lethe.tracker.interchange.NpyFile;
import dev.lethe.tracker.interchange.NumpyArray;
import dev.lethe.tracker.plane.PlaneEvent;
import dev.lethe.tracker.plane.PlaneKernelChoice;
import dev.lethe.tracker.rank.Detection;
import dev.lethe.tracker.rank.RankBootstrap;
import dev.lethe.tracker.rank.Ranking;
import dev.lethe.tracker.score.EpochCounts;
import dev.lethe.tracker.score.MeanScores;
import dev.lethe.tracker.score.RunAggregate;
import dev.lethe.tracker.score.RunScores;
import dev.lethe.tracker.score.Score;
import dev.lethe.tracker.score.SecondSplitScores;
import dev.lethe.tracker.select.Examples;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Ids, epochs and thresholds that do not exist: each is named with the range in which it should be. */
class BadIndexTest {
    private static final int EXAMPLES = 5;
    private static final int EPOCHS = 3;

    @TempDir
    private Path folder;
    private History history;

    @BeforeEach
    void recordHistory() throws IOException {
        RandomRun run = RandomRun.full(EXAMPLES, EPOCHS, 1);
        try (ForgettingTracker tracker = ForgettingTracker.inMemory(run.spec())) {
            run.recordInto(tracker);
            history = tracker.history();
        }
    }

    @AfterEach
    void closeHistory() {
        history.close();
    }

    /** Calls every public method of an object that takes one int or long, and returns how many there are. */
    private static int assertRefused(Object object, long index, String start) throws IllegalAccessException {
        List<Method> methods = Arrays.stream(object.getClass().getMethods())
                .filter(method -> !Modifier.isStatic(method.getModifiers()) && method.getParameterCount() == 1)
                .filter(method -> List.of(int.class, long.class).contains(method.getParameterTypes()[0]))
                .filter(method -> method.getDeclaringClass() != Object.class).toList();
        List<String> others = new ArrayList<>();
        for (Method method : methods) {
            Object argument = method.getParameterTypes()[0] == int.class ? (Object) (int) index : (Object) index;
            try {
                others.add(method.getName() + " returned " + method.invoke(object, argument));
            } catch (InvocationTargetException e) {
                if (e.getCause() instanceof IndexOutOfBoundsException && e.getCause().getMessage().startsWith(start)) {
                    continue;
                }
                others.add(method.getName() + " threw " + e.getCause());
            }
        }
        assertEquals(List.of(), others, object.getClass().getName());
        return methods.size();
    }

    @ParameterizedTest
    @ValueSource(ints = {-1, EXAMPLES, Integer.MIN_VALUE, Integer.MAX_VALUE, 1 << 17, -(1 << 17)})
    void shouldNameAnIdThatNoExampleHas(int id) throws Exception {
        String start = "example=" + id + " is not in [0, 5)";
        RunScores scores = RunScores.of(history);
        RunAggregate runs = RunAggregate.of(List.of(scores));
        assertEquals(8, assertRefused(scores.forgetting(), id, start));
        assertEquals(5, assertRefused(MeanScores.of(history), id, start));
        assertEquals(12, assertRefused(runs, id, start));
        assertEquals(2, assertRefused(SecondSplitScores.of(history, 2), id, start));
        assertEquals(1, assertRefused(PlaneKernelChoice.inUse().count(history.planes(3), PlaneEvent.CORRECT), id,
                start));
        assertEquals(1, assertRefused(RankBootstrap.seeded(1).of(List.of(new double[EXAMPLES])), id, start));
        Path file = folder.resolve("scores.npy");
        NpyFile.write(file, NumpyArray.of(new double[EXAMPLES]));
        assertEquals(1, assertRefused(ImportedScores.npy(file, EXAMPLES), id, start));
        List<Runnable> others = List.of(() -> Score.MARGIN.of(runs, id), () -> Score.FORGETTING_EVENTS.of(runs, id),
                () -> Score.NEVER_LEARNED_LAST.of(runs, id), () -> Score.LOSS.of(runs, id),
                () -> Ranking.byForgetting(runs).rank(id), () -> history.seen(1, id), () -> history.correct(1, id),
                () -> history.sum(RunningSum.LOSS, id));
        for (Runnable other : others) {
            String message = assertThrows(IndexOutOfBoundsException.class, other::run).getMessage();
            assertTrue(message.startsWith(start), message);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, -1, EPOCHS + 1, Integer.MIN_VALUE, Integer.MAX_VALUE})
    void shouldNameAnEpochThatTheRunDoesNotHave(int epoch) throws Exception {
        assertEquals(4, assertRefused(EpochCounts.of(history), epoch, "epoch=" + epoch + " is not in [1, 3]"));
        List<Runnable> others = List.of(() -> history.rounds(epoch), () -> history.totals(epoch),
                () -> history.seen(epoch), () -> history.correct(epoch, 0));
        for (Runnable other : others) {
            String message = assertThrows(IndexOutOfBoundsException.class, other::run).getMessage();
            assertTrue(message.startsWith("epoch=" + epoch + " is not in [1, 3], the epochs committed to history="),
                    message);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {-1, 2, Integer.MIN_VALUE, Integer.MAX_VALUE})
    void shouldNameAThresholdThatDoesNotExist(int threshold) throws Exception {
        BitSet positive = new BitSet();
        positive.set(1);
        assertEquals(3, assertRefused(Detection.of(new double[]{1, 2, 1}, positive), threshold,
                "threshold=" + threshold + " is not in [0, 2)"));
    }

    @ParameterizedTest
    @ValueSource(longs = {-1, 6, Long.MIN_VALUE, Long.MAX_VALUE})
    void shouldNameAnElementThatAnArrayDoesNotHave(long index) {
        NumpyArray array = NumpyArray.of(new int[6]).withShape(2, 3);
        String expected = "index=" + index + " is not in [0, 6): elements of shape=(2, 3) are counted in C order";
        assertEquals(expected,
                assertThrows(IndexOutOfBoundsException.class, () -> array.doubleAt(index)).getMessage());
        assertEquals(expected, assertThrows(IndexOutOfBoundsException.class, () -> array.longAt(index)).getMessage());
    }

    @Test
    void shouldNameALabelThatIsNoClass() {
        for (int label : new int[]{-1, 2, Integer.MAX_VALUE}) {
            assertEquals(
                    "label=" + label + " of example=1 is not in [0, 2): give the number of classes of the data set",
                    assertThrows(IllegalArgumentException.class, () -> new Examples(new int[]{1, label}, 2, 0, 1))
                            .getMessage());
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1 << 24, 1 << 25, 1 << 30, Integer.MAX_VALUE})
    void shouldNameMoreClassesThanThereCanBe(int classes) throws IOException {
        try (ForgettingTracker tracker = ForgettingTracker.inMemory(TrackerSpec.of(1, 1))) {
            Throwable thrown = assertThrows(Throwable.class, () -> tracker.logitRecorder(classes));
            assertEquals("classes=" + classes + ": give at most 16777215, of which an array holds the intermediate"
                    + " results of a block", assertInstanceOf(IllegalArgumentException.class, thrown).getMessage());
        }
    }
}
