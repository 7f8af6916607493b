package dev.lethe.tracker;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import dev.lethe.tracker.HistoryBytes.Section;
import dev.lethe.tracker.score.ForgettingScores;
import dev.lethe.tracker.score.MeanScores;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Many thousand damaged files, each of which is refused with a message that names it, or read as it was before.
 * <p>
 * "As it was before" leaves two choices. A last epoch whose commit record was destroyed, in both copies, is one whose
 * commit a killed process did not finish, and the history is that of the epochs before it. A file without commit
 * records and with zeros where its second slot of sums starts is a new one.
 */
@Timeout(120)
class MutatedHistoryTest {
    /** The mutants of each mutation and each history: 12,000 files and more in total. */
    private static final int MUTANTS = 200;
    /** The share of mutants, one in this many, that are also given to a writer. */
    private static final int RESUMED = 10;

    private static MemoryFolder folder;
    private static List<Original> originals;

    /** The content of a history of some epochs. */
    private record Content(List<EpochTotals> totals, List<byte[]> planes, byte[] sums, long nonFinite) {

        static Content of(History history) {
            List<EpochTotals> totals = new ArrayList<>();
            List<byte[]> planes = new ArrayList<>();
            for (int epoch = 0; epoch < history.epochs(); epoch++) {
                totals.add(history.totals(epoch + 1));
                planes.add(bytes(history.seen(epoch + 1)));
                planes.add(bytes(history.correct(epoch + 1)));
            }
            return new Content(totals, planes, bytes(history.sums()), history.nonFinitePresentations());
        }

        private static byte[] bytes(MemorySegment segment) {
            return segment.toArray(ValueLayout.JAVA_BYTE);
        }

        boolean same(Content other) {
            return totals.equals(other.totals) && nonFinite == other.nonFinite && Arrays.equals(sums, other.sums)
                    && Arrays.deepEquals(planes.toArray(), other.planes.toArray());
        }
    }

    /** A sound file, and its content after each of its epochs. */
    private record Original(TrackerSpec spec, byte[] bytes, List<Content> contents) {

        static Original write(int examples, int capacity, int committed, double share) throws IOException {
            TrackerSpec spec = new TrackerSpec(examples, capacity, Sha256.ofText("data"), Sha256.ofText("recipe"));
            RandomRun run = RandomRun.sampled(examples, committed, share, examples);
            List<Content> contents = new ArrayList<>();
            Path file = folder.newFile();
            try (ForgettingTracker tracker = ForgettingTracker.create(file, spec)) {
                for (int epoch = 0; epoch <= committed; epoch++) {
                    try (History history = tracker.history()) {
                        HistoryAssertions.assertHolds(run, epoch, history);
                        contents.add(Content.of(history));
                    }
                    if (epoch < committed) {
                        RandomRun.record(run.epochs().get(epoch), tracker);
                        tracker.commitEpoch();
                    }
                }
            }
            return new Original(spec, Files.readAllBytes(file), contents);
        }

        int committed() {
            return contents.size() - 1;
        }

        boolean mayHave(int epochs, byte[] mutant) {
            return epochs == committed() || epochs == committed() - 1 && recordDestroyed(mutant, epochs)
                    || epochs == 0 && recordDestroyed(mutant, 0) && sumsErased(mutant);
        }

        private boolean sumsErased(byte[] mutant) {
            HistoryLayout layout = HistoryBytes.layout(spec);
            int start = (int) layout.sums(1);
            byte[] page = Arrays.copyOfRange(mutant, start,
                    start + (int) Math.min(HistoryLayout.PAGE, layout.slotBytes()));
            return Arrays.equals(page, new byte[page.length]);
        }

        /** Tells whether both copies of an epoch's commit record were destroyed. */
        private boolean recordDestroyed(byte[] mutant, int epoch) {
            Section record = HistoryBytes.record(spec, epoch);
            int copyBytes = record.length() / HistoryLayout.COMMIT_COPIES;
            for (int at = record.start(); at < record.start() + record.length(); at += copyBytes) {
                if (Arrays.equals(mutant, at, at + copyBytes, bytes, at, at + copyBytes)) {
                    return false;
                }
            }
            return true;
        }
    }

    @BeforeAll
    static void writeHistories() throws IOException {
        folder = new MemoryFolder();
        originals = List.of(Original.write(130, 5, 3, 0.7), Original.write(500, 4, 4, 1), Original.write(1, 1, 1, 1),
                Original.write(70, 40, 33, 0.9), Original.write(90, 3, 0, 1));
    }

    @AfterAll
    static void deleteHistories() throws IOException {
        folder.close();
    }

    @ParameterizedTest
    @EnumSource
    void shouldRefuseOrReadIdenticalContentWhateverHappenedToTheFile(Mutation mutation) throws IOException {
        Random random = new Random(mutation.ordinal());
        Path file = folder.newFile();
        int refused = 0;
        for (Original original : originals) {
            for (int i = 0; i < MUTANTS; i++) {
                byte[] mutant = mutation.of(original.bytes.clone(), original.spec, random);
                Files.write(file, mutant);
                String which = mutation + " number " + i + " of " + original.spec;
                boolean readable = readsIdentically(file, original, mutant, which);
                refused += readable ? 0 : 1;
                if (i % RESUMED == 0) {
                    assertWriterAgrees(file, original, readable, mutant, which);
                }
            }
        }
        assertTrue(refused > MUTANTS / 2, "refused=" + refused);
    }

    /**
     * Covers records that were changed together with their checksums: they can claim anything, but must not make a
     * reader fail.
     */
    @Test
    void shouldReadOrRefuseForgedCommitRecords() throws IOException {
        Random random = new Random(5);
        Path file = folder.newFile();
        int refused = 0;
        for (int i = 0; i < 10 * MUTANTS; i++) {
            Original original = originals.get(random.nextInt(4));
            byte[] forged = original.bytes.clone();
            for (int fields = 1 + random.nextInt(3); fields > 0; fields--) {
                HistoryBytes.forgeRecord(forged, original.spec, random.nextInt(original.committed()), random);
            }
            Files.write(file, forged);
            try (History history = History.open(file)) {
                assertEquals(original.spec.examples(), ForgettingScores.of(history, history.epochs()).examples());
                assertEquals(original.spec.examples(), MeanScores.of(history).examples());
            } catch (HistoryException e) {
                assertNames(file, e, "forged record number " + i);
                refused++;
            }
        }
        assertTrue(refused > MUTANTS, "refused=" + refused);
    }

    private static boolean readsIdentically(Path file, Original original, byte[] mutant, String which) {
        try (History history = History.open(file)) {
            int epochs = history.epochs();
            assertTrue(original.mayHave(epochs, mutant), which + " read epochs=" + epochs);
            assertEquals(original.spec, history.spec(), which);
            assertTrue(original.contents.get(epochs).same(Content.of(history)), which);
            return true;
        } catch (HistoryException e) {
            assertNames(file, e, which);
            return false;
        } catch (IOException | RuntimeException e) {
            return fail(which, e);
        }
    }

    /**
     * Checks that a writer accepts the files that a reader accepts, except those of a newer minor version, and leaves a
     * refused file unchanged.
     */
    private static void assertWriterAgrees(Path file, Original original, boolean readable, byte[] mutant, String which)
            throws IOException {
        try (ForgettingTracker tracker = ForgettingTracker.resume(file, original.spec)) {
            assertTrue(readable, which);
            assertTrue(original.mayHave(tracker.committedEpochs(), mutant), which);
        } catch (HistoryException e) {
            assertNames(file, e, which);
            assertFalse(readable && !e.getMessage().contains("format version="), which + ": " + e.getMessage());
        } catch (RuntimeException e) {
            fail(which, e);
        }
        assertEquals(-1, Arrays.mismatch(mutant, Files.readAllBytes(file)), which);
    }

    private static void assertNames(Path file, HistoryException refused, String which) {
        String message = refused.getMessage();
        assertTrue(message.startsWith("history=" + file + ": ") && message.length() > file.toString().length() + 30,
                which + " refused with " + message);
    }
}
