package dev.lethe.tracker.interchange;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lethe.tracker.ForgettingTracker;
import dev.lethe.tracker.History;
import dev.lethe.tracker.TrackerSpec;
import dev.lethe.tracker.rank.CorrelationCoefficient;
import dev.lethe.tracker.score.ForgettingScores;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PaperOrderingTest {
    private static final int EXAMPLES = 23;
    private static final int EPOCHS = 9;

    @TempDir
    private Path folder;

    private Path file() {
        return folder.resolve("ordering.pkl");
    }

    private String refusal(byte[] pickle) throws IOException {
        Files.write(file(), pickle);
        String message = assertThrows(InterchangeException.class, () -> PaperOrdering.read(file(), EXAMPLES, EPOCHS))
                .getMessage();
        assertTrue(message.startsWith("file=" + file()), message);
        return message;
    }

    private String refusal(String pickle) throws IOException {
        return refusal(pickle.getBytes(StandardCharsets.ISO_8859_1));
    }

    /** Returns the paper's count of each example, from the predictions in each epoch. */
    private static int[] literalCounts() throws IOException {
        int[] counts = new int[EXAMPLES];
        try (Arena arena = Arena.ofConfined()) {
            NumpyArray right = NpyFile.read(Fixture.path("right.npy"), arena);
            for (int example = 0; example < EXAMPLES; example++) {
                boolean learned = false;
                for (int epoch = 0; epoch < EPOCHS; epoch++) {
                    boolean now = right.longAt((long) example * EPOCHS + epoch) == 1;
                    boolean before = epoch > 0 && right.longAt((long) example * EPOCHS + epoch - 1) == 1;
                    counts[example] += before && !now ? 1 : 0;
                    learned |= now;
                }
                counts[example] = learned ? counts[example] : EPOCHS;
            }
        }
        return counts;
    }

    @ParameterizedTest
    @ValueSource(strings = {"ordering-numpy1", "ordering-numpy2", "lists-numpy1", "lists-numpy2"})
    void shouldReadEveryProtocolAsPythonAndNumpyWriteIt(String fixture) throws IOException {
        int[] counts = literalCounts();
        for (int protocol = 0; protocol <= 5; protocol++) {
            PaperOrdering ordering = PaperOrdering.read(Fixture.path(fixture + "-protocol" + protocol + ".pkl"),
                    EXAMPLES, EPOCHS);
            int[] ids = ordering.ids();
            assertArrayEquals(IntStream.range(0, EXAMPLES).toArray(), Arrays.stream(ids).sorted().toArray());
            for (int rank = 0; rank < EXAMPLES; rank++) {
                int id = ids[rank];
                assertEquals(counts[id], ordering.count(id));
                assertEquals(counts[id] == EPOCHS, ordering.neverLearned(id));
                assertEquals(counts[id], ordering.scores().score(id));
                assertTrue(rank == 0 || counts[ids[rank - 1]] <= counts[id]);
            }
            assertTrue(ordering.neverLearned(0) && !ordering.neverLearned(6));
        }
    }

    /** Tracks the run of the fixture, which must have the ranks that the paper's code gave it. */
    @Test
    void shouldAgreeWithARunThatWasTrackedHere() throws IOException {
        try (ForgettingTracker tracker = ForgettingTracker.inMemory(TrackerSpec.of(EXAMPLES, EPOCHS));
                Arena arena = Arena.ofConfined()) {
            NumpyArray right = NpyFile.read(Fixture.path("right.npy"), arena);
            for (int epoch = 0; epoch < EPOCHS; epoch++) {
                for (int example = 0; example < EXAMPLES; example++) {
                    tracker.record(example, right.longAt((long) example * EPOCHS + epoch) == 1, 0, 0, 0, 0);
                }
                tracker.commitEpoch();
            }
            try (History history = tracker.history()) {
                ForgettingScores ours = ForgettingScores.of(history);
                double[] counts = IntStream.range(0, EXAMPLES).mapToDouble(
                        example -> ours.neverLearned(example) ? Integer.MAX_VALUE : ours.forgettingEvents(example))
                        .toArray();
                PaperOrdering paper = PaperOrdering.read(Fixture.path("ordering-numpy1-protocol3.pkl"), EXAMPLES,
                        EPOCHS);
                assertEquals(1, CorrelationCoefficient.KENDALL.of(paper.scores().pairedWith(counts)), 1e-12);
                for (int example = 0; example < EXAMPLES; example++) {
                    assertEquals(ours.neverLearned(example), paper.neverLearned(example));
                }
            }
        }
    }

    @Test
    void shouldReadOtherTypesAndByteOrders() throws IOException {
        int[] counts = literalCounts();
        PaperOrdering ordering = PaperOrdering.read(Fixture.path("other-types.pkl"), EXAMPLES, EPOCHS);
        for (int id = 0; id < EXAMPLES; id++) {
            assertEquals(counts[id], ordering.count(id));
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 2, 4})
    void shouldReadListsThatPythonWritesInBatches(int protocol) throws IOException {
        PaperOrdering ordering = PaperOrdering.read(Fixture.path("long-protocol" + protocol + ".pkl"), 2500, 200);
        assertArrayEquals(IntStream.range(0, 2500).toArray(), ordering.ids());
        assertEquals(0, ordering.count(1199));
        assertEquals(1, ordering.count(1200));
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 2, 5})
    void shouldHaveNoScoreForExamplesThatAreNotInIt(int protocol) throws IOException {
        PaperOrdering ordering = PaperOrdering.read(Fixture.path("empty-protocol" + protocol + ".pkl"), 5, 200);
        assertEquals(0, ordering.ids().length);
        assertEquals(5, ordering.examples());
        assertEquals(PaperOrdering.ABSENT, ordering.count(4));
        for (int id : new int[]{-1, ordering.examples()}) {
            assertTrue(assertThrows(IndexOutOfBoundsException.class, () -> ordering.neverLearned(id)).getMessage()
                    .startsWith("example=" + id + " is not in [0, " + ordering.examples() + ")"));
        }
        assertFalse(ordering.neverLearned(4));
        assertEquals(0, ordering.scores().scored());
    }

    @Test
    void shouldRefuseIdsOfAnotherDataSet() throws IOException {
        Path fixture = Fixture.path("ordering-numpy2-protocol4.pkl");
        assertEquals("file=" + fixture + ": indices=23 where the data set has examples=20: an ordering of another data "
                + "set",
                assertThrows(InterchangeException.class, () -> PaperOrdering.read(fixture, 20, EPOCHS))
                        .getMessage());
        assertTrue(refusal(lists("I22\naI23\na", "I0\naI0\na"))
                .endsWith("indices[1]=23.0 is not in [0, 23), the examples of the data set"));
        assertTrue(assertThrows(InterchangeException.class,
                () -> PaperOrdering.read(Fixture.path("large-ids.pkl"), EXAMPLES, EPOCHS)).getMessage()
                .contains("indices[1]=1.1805916207174113E21 is not in [0, 23)"));
    }

    @Test
    void shouldRefuseCountsThatSoManyEpochsCannotHave() {
        Path fixture = Fixture.path("ordering-numpy2-protocol4.pkl");
        for (int epochs : new int[]{1, 8, 10, 17}) {
            String message = assertThrows(InterchangeException.class,
                    () -> PaperOrdering.read(fixture, EXAMPLES, epochs)).getMessage();
            assertTrue(message.endsWith("cannot be with epochs=" + epochs
                    + " runs=1: give those that the ordering was made with"), message);
        }
    }

    private static String lists(String ids, String counts) {
        return "(dVindices\n(l" + ids + "sVforgetting counts\n(l" + counts + "s.";
    }

    private PaperOrdering read(String pickle, int epochs, int runs) throws IOException {
        Files.writeString(file(), pickle);
        return PaperOrdering.read(file(), EXAMPLES, epochs, runs);
    }

    /** Covers two runs of 4 epochs: at most 2 events in each that learned the example, 4 for each that did not. */
    @ParameterizedTest
    @CsvSource({"0,true", "2,true", "3,true", "4,true", "6,true", "7,false", "8,true", "9,false", "-1,false"})
    void shouldKnowWhatCountsRunsCanAddUpTo(int count, boolean possible) throws IOException {
        String pickle = lists("I7\na", "I" + count + "\na");
        if (possible) {
            PaperOrdering ordering = read(pickle, 4, 2);
            assertEquals(count, ordering.count(7));
            assertEquals(count == 8, ordering.neverLearned(7));
        } else {
            assertTrue(assertThrows(InterchangeException.class, () -> read(pickle, 4, 2)).getMessage()
                    .contains("forgetting counts[0]=" + count + ".0 cannot be with epochs=4 runs=2"));
        }
    }

    @Test
    void shouldRefuseAnAlteredOrdering() throws IOException {
        assertEquals(3, read(lists("I1\naI2\na", "I3\naF3.0\na"), 6, 1).count(2));
        assertTrue(refusal(lists("I1\naI1\na", "I0\naI0\na")).endsWith("indices[1]=1 occurs before it: altered"));
        assertTrue(refusal(lists("I1\naI2\na", "I0\na")).contains("indices=2 where there are forgetting counts=1"));
        assertTrue(refusal(lists("F1.5\na", "I0\na")).contains("indices[0]=1.5 is not in [0, 23)"));
        assertTrue(refusal(lists("Fnan\na", "I0\na")).contains("indices[0]=NaN is not in [0, 23)"));
        assertTrue(refusal(lists("I1\na", "F0.5\na")).contains("forgetting counts[0]=0.5 cannot be"));
        assertTrue(refusal("(dVindices\n(lsVcounts\n(ls.")
                .contains("no flat array or list 'forgetting counts' but [indices, counts]"));
    }

    /** Tries the hostile pickles that call functions which Python finds by name. */
    @Test
    void shouldRefuseToRunAnything() throws IOException {
        assertTrue(refusal("cos\nsystem\n(Vecho run\ntR.")
                .endsWith("byte=11: global=os.system is none of NumPy's functions for arrays of numbers: refused, "
                        + "not run"));
        assertTrue(refusal("c__builtin__\neval\n(V1\ntR.").contains("global=__builtin__.eval is none"));
        assertTrue(refusal("\u0080\u0004\u008c\u0002os\u008c\u0006system\u0093.").contains("global=os.system is"));
        assertTrue(refusal("(ios\nsystem\n.").contains("opcode=INST has no place in a dictionary"));
        assertTrue(refusal("\u0080\u0002cnumpy\nndarray\n)\u0081.").contains("opcode=NEWOBJ has no place"));
        assertTrue(refusal("cnumpy\nndarray\n)R.").contains("a call of numpy.ndarray that NumPy does not write"));
        assertTrue(refusal("c_codecs\nencode\n(Vab\nVrot13\ntR.").contains("a call of _codecs.encode that NumPy"));
        assertTrue(refusal("S'text of Python 2'\n.").contains("not the pickle of one dictionary"));
        assertTrue(refusal("\u0097.").contains("opcode=NEXT_BUFFER has no place"));
        assertTrue(refusal("cmany\nlines\u0007" + "x".repeat(200) + "\n.").contains("global=many.lines?xxx"));
    }

    @Test
    void shouldRefuseWhatIsNoSuchPickle() throws IOException {
        assertTrue(refusal("").contains("truncated"));
        assertTrue(refusal(".").endsWith("not the pickle of one dictionary"));
        assertTrue(refusal("(l.").endsWith("not the pickle of one dictionary"));
        assertTrue(refusal("(d(d.").endsWith("not the pickle of one dictionary"));
        assertTrue(refusal("(d.(d.").endsWith("bytes=3 after its end: altered, or several pickles in a file"));
        assertTrue(refusal("\u0080\u0009(d.").contains("pickle protocol=9, this library reads 0 to 5"));
        assertTrue(refusal("\u00ff(d.").contains("opcode=0xff is no instruction of a pickle"));
        assertTrue(refusal("g7\n.").contains("it recalls memo=7 which it did not store"));
        assertTrue(refusal("a.").contains("an instruction finds no value"));
        assertTrue(refusal("t.").contains("an instruction finds no mark"));
        assertTrue(refusal("(dVindices\n(l(las.").contains("its dictionary has no flat array or list 'indices'"));
        assertTrue(refusal("Sabc\n.").contains("a text is not between quotes"));
        assertTrue(refusal("S'a\\q'\n.").contains("a text has a broken escape"));
        assertTrue(refusal("S'a\\xg1'\n.").contains("a text has a broken escape"));
        assertTrue(refusal("(dI1\nI1\ns.").contains("a dictionary with other keys than texts"));
        assertTrue(refusal("I1f\n.").contains("opcode=INT is not followed by a number"));
        assertTrue(refusal("F1f\n.").contains("number=1f is none"));
        assertTrue(refusal("V\\u12\n.").contains("a text has a broken escape"));
        assertTrue(refusal("V\\Uffffffff\n.").contains("an escape of no character"));
        assertTrue(refusal("id,score\n0,1\n").contains("file="));
    }

    @Test
    void shouldTakeNoMoreMemoryThanTheFileExplains() throws IOException {
        assertTrue(refusal("\u0080\u0004\u008e\u0000\u0000\u0000\u0000\u0000\u0000\u0000\u0001.")
                .contains("truncated, the next value has bytes=72057594037927936 of 1"));
        assertTrue(refusal("\u0080\u0004\u0096" + "\u00ff".repeat(8)).contains("bytes=18446744073709551615 of 0"));
        assertTrue(refusal("\u0080\u0004\u0095" + "\u00ff".repeat(8) + ".").contains("a frame has bytes="));
        assertTrue(refusal("(".repeat(20_000)).contains("more than 10000 values at once"));
        // a text that is stored once and encoded many times
        String bomb = "V" + "x".repeat(10_000) + "\np0\nc_codecs\nencode\np1\n"
                + "g1\n(g0\nVlatin1\ntRp2\n".repeat(1000) + ".";
        assertTrue(refusal(bomb).contains("it encodes more text than it has"));
    }

    @Test
    void shouldRefuseNumbersThatCannotBe() {
        for (int[] sizes : new int[][]{{0, 1, 1}, {1, 0, 1}, {1, 1, 0}, {1, 1 << 20, 1 << 20}}) {
            assertThrows(IllegalArgumentException.class,
                    () -> PaperOrdering.read(file(), sizes[0], sizes[1], sizes[2]));
        }
        assertThrows(NoSuchFileException.class, () -> PaperOrdering.read(file(), 1, 1));
    }
}
