package dev.lethe.tracker.interchange;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lethe.tracker.ForgettingTracker;
import dev.lethe.tracker.History;
import dev.lethe.tracker.RandomRun;
import dev.lethe.tracker.score.RunScores;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The agreement with NumPy, which must read the files written here and find their values. */
class NumpyAgreementTest {
    private static final int EXAMPLES = 1003;

    @TempDir
    private Path folder;

    private static History history(double share) throws IOException {
        RandomRun run = RandomRun.sampled(EXAMPLES, 12, share, 3);
        try (ForgettingTracker tracker = ForgettingTracker.inMemory(run.spec())) {
            run.recordInto(tracker);
            return tracker.history();
        }
    }

    @Test
    void shouldWriteEveryTypeForNumpy() throws Exception {
        for (ElementType type : ElementType.values()) {
            for (ByteOrder order : List.of(ByteOrder.LITTLE_ENDIAN, ByteOrder.BIG_ENDIAN)) {
                MemorySegment data = MemorySegment.ofArray(new byte[6 * type.bytes()]);
                data.asSlice(4 * type.bytes()).fill((byte) (type == ElementType.BOOL ? 1 : 0x81));
                NpyFile.write(folder.resolve(type.code() + (order == ByteOrder.BIG_ENDIAN ? "b" : "l") + ".npy"),
                        NumpyArray.of(type, order, ArrayShape.of(3, 2), data));
            }
        }
        assertEquals("ok", Python.run(folder, """
                for code in "b1 i1 u1 i2 u2 i4 u4 i8 u8 f2 f4 f8".split():
                    for name, order in (("l", "<"), ("b", ">")):
                        array = np.load(code + name + ".npy")
                        assert array.dtype == np.dtype(order + code), array.dtype
                        assert array.shape == (3, 2) and array.flags.c_contiguous
                        assert not array[:2].any()
                        byte = b"\\x01" if code == "b1" else b"\\x81"
                        assert array[2].tobytes() == byte * (2 * array.itemsize), array
                print("ok")
                """));
    }

    /** Reads arrays of every type, byte order, memory order and shape that NumPy writes, stored in three ways. */
    @Test
    void shouldReadEveryTypeAndOrderThatNumpyWrites() throws Exception {
        assertEquals("ok", Python.run(folder, """
                arrays = {}
                for code in "b1 i1 u1 i2 u2 i4 u4 i8 u8 f2 f4 f8".split():
                    for order in "<>":
                        for shape in (24,), (24, 1), (2, 12), (2, 3, 4), (2, 3, 1, 4), (0, 3):
                            values = np.arange(np.prod(shape)).reshape(shape)
                            values = (values % 2 == 0) if code == "b1" else values - (12 if code[0] in "if" else 0)
                            values = values.astype(order + code)
                            for memory in "CF":
                                name = "_".join([code, "lb"[order == ">"], memory, *map(str, shape)])
                                arrays[name] = np.asarray(values, order=memory)
                                np.save(name + ".npy", arrays[name])
                np.savez("stored.npz", **arrays)
                np.savez_compressed("deflated.npz", **arrays)
                print("ok")
                """));
        try (NpzReader stored = NpzReader.open(folder.resolve("stored.npz"));
                NpzReader deflated = NpzReader.open(folder.resolve("deflated.npz"))) {
            assertEquals(12 * 2 * 6 * 2, stored.names().size());
            for (String name : stored.names()) {
                try (NpyFile file = NpyFile.open(folder.resolve(name + ".npy"));
                        NpyFile first = stored.open(name);
                        NpyFile second = deflated.open(name)) {
                    for (NpyFile array : List.of(file, first, second)) {
                        assertHoldsNumbers(name, array);
                    }
                }
            }
        }
    }

    private static void assertHoldsNumbers(String name, NpyFile array) throws IOException {
        double[] expected = new double[(int) array.shape().elements()];
        for (int index = 0; index < expected.length; index++) {
            expected[index] = name.startsWith("b") ? 1 - index % 2 : index - (name.matches("[if].*") ? 12 : 0);
        }
        try (Arena arena = Arena.ofConfined()) {
            assertArrayEquals(expected, array.read(arena).toDoubles(), name);
        }
        double[] passed = new double[expected.length];
        array.forEach((index, value) -> passed[(int) index] = value);
        assertArrayEquals(expected, passed, name);
        assertEquals("_" + array.shape().dimensions().stream().map(String::valueOf).collect(Collectors.joining("_")),
                name.substring(6));
    }

    @Test
    void shouldReadTheTextsThatNumpyWrites() throws Exception {
        assertEquals("ok", Python.run(folder, """
                texts = np.array(["cat", "", "gr\\u00f6\\u00dfe", "\\U0001f600", "a b", "cat"])
                np.save("l.npy", texts.astype("<U7"))
                np.save("b.npy", texts.astype(">U5"))
                np.save("s.npy", np.char.encode(texts, "utf-8"))
                np.save("column.npy", texts[:, None])
                np.save("f.npy", np.asfortranarray(texts.reshape(2, 3)))
                np.save("latin.npy", np.array([b"gr\\xf6"]))
                print("ok")
                """));
        List<String> texts = List.of("cat", "", "gr\u00f6\u00dfe", "\uD83D\uDE00", "a b", "cat");
        for (String name : List.of("l", "b", "s", "column", "f")) {
            try (NpyFile file = NpyFile.open(folder.resolve(name + ".npy"))) {
                assertEquals(texts, file.texts(), name);
                List<String> read = file.texts();
                assertSame(read.getFirst(), read.getLast());
            }
        }
        try (NpyFile file = NpyFile.open(folder.resolve("latin.npy"))) {
            assertEquals("file=" + folder.resolve("latin.npy") + ": a text of its bytes is not UTF-8: convert the array"
                    + " with np.char.decode(a, 'latin-1')",
                    assertThrows(InterchangeException.class, file::texts).getMessage());
        }
    }

    @Test
    void shouldReadExtremeNumbers() throws Exception {
        assertEquals("ok", Python.run(folder, """
                np.save("u8.npy", np.array([0, 2**63 - 1, 2**63, 2**64 - 1, 2**63 + 1025], "u8"))
                np.save("f2.npy", np.array([0.1, 65504, 6e-8, np.nan, -np.inf], ">f2"))
                print("ok")
                """));
        try (Arena arena = Arena.ofConfined()) {
            assertArrayEquals(new double[]{0, 0x1p63, 0x1p63, 0x1p64, 0x1p63 + 2048},
                    NpyFile.read(folder.resolve("u8.npy"), arena).toDoubles());
            assertArrayEquals(new double[]{0.0999755859375, 65504, 0x1p-24, Double.NaN, Double.NEGATIVE_INFINITY},
                    NpyFile.read(folder.resolve("f2.npy"), arena).toDoubles());
        }
    }

    @Test
    void shouldWriteArchivesForNumpy() throws Exception {
        for (boolean deflated : new boolean[]{false, true}) {
            Path file = folder.resolve(deflated ? "deflated.npz" : "stored.npz");
            try (NpzWriter npz = deflated ? NpzWriter.deflated(file) : NpzWriter.stored(file)) {
                npz.add("doubles", NumpyArray.of(new double[]{0.1, Double.NaN, Double.NEGATIVE_INFINITY}));
                npz.add("ids", NumpyArray.of(new int[]{-1, Integer.MAX_VALUE}));
                npz.add("Größe", NumpyArray.copyOf(new boolean[]{true, false}).withShape(1, 2));
                npz.add("none", NumpyArray.of(new long[0]));
                npz.add("squares", ArraySource.computed(ElementType.FLOAT32, ArrayShape.of(100_000), i -> i * 0.5));
                npz.finish();
            }
        }
        assertEquals("ok", Python.run(folder, """
                for name in "stored.npz", "deflated.npz":
                    with np.load(name) as npz:
                        assert npz.files == ["doubles", "ids", "Gr\\u00f6\\u00dfe", "none", "squares"], npz.files
                        assert repr(npz["doubles"].tolist()) == "[0.1, nan, -inf]"
                        assert npz["ids"].tolist() == [-1, 2147483647]
                        assert npz["Gr\\u00f6\\u00dfe"].tolist() == [[True, False]]
                        assert npz["none"].shape == (0,)
                        assert np.array_equal(npz["squares"], np.arange(100000, dtype="f4") * np.float32(0.5))
                print("ok")
                """));
    }

    /** Writes one line for each example: the values that Java's accessors return. */
    private void writeExpected(RunScores scores) throws IOException {
        List<String> lines = new ArrayList<>();
        for (int id = 0; id < EXAMPLES; id++) {
            boolean never = scores.forgetting().neverLearned(id);
            lines.add(String.join(" ", scores.forgetting().presentations(id) + "",
                    scores.forgetting().correctPresentations(id) + "", scores.forgetting().forgettingEvents(id) + "",
                    never ? "1" : "0", never ? "nan" : scores.forgetting().firstLearned(id) + "",
                    scores.means().margin(id) + "", scores.means().loss(id) + ""));
        }
        Files.write(folder.resolve("expected.txt"), lines);
    }

    private void writeAll(double share) throws IOException {
        try (History history = history(share)) {
            RunScores scores = RunScores.of(history);
            writeExpected(scores);
            ScoreTable.of(scores).withLabels(id -> id % 10).writeNpz(folder.resolve("scores.npz"));
            ScoreTable.of(scores).writeCsv(folder.resolve("scores.csv"));
            HistoryArrays.writeNpz(history, folder.resolve("history.npz"));
            NpyFile.write(folder.resolve("correct.npy"), HistoryArrays.packedCorrect(history));
            NpyFile.write(folder.resolve("sums.npy"), HistoryArrays.sums(history));
        }
    }

    @Test
    void shouldWriteScoresAndHistoriesForNumpy() throws Exception {
        writeAll(0.3);
        assertEquals("ok", Python.run(folder, """
                presented, correctness, events, never, first, margin, loss = np.loadtxt("expected.txt").T
                same = lambda a, b: np.testing.assert_allclose(a, b, rtol=1e-6)
                scores = np.load("scores.npz")
                table = np.genfromtxt("scores.csv", delimiter=",", names=True)
                assert scores.files[:2] == ["id", "label"] and list(table.dtype.names) == [
                    name for name in scores.files if name != "label"]
                for name in table.dtype.names:
                    np.testing.assert_allclose(table[name], scores[name], rtol=1e-6, err_msg=name)
                assert np.array_equal(scores["label"], np.arange(len(events)) % 10)
                same(scores["forgetting_events"], events)
                same(scores["never_learned_runs"], never)
                same(scores["first_learned"], first)
                same(scores["mean_margin"], margin)
                same(scores["mean_loss"], loss)
                history = np.load("history.npz")
                seen, correct = history["seen"], history["correct"]
                same(seen.sum(0), presented)
                same(correct.sum(0), correctness)
                packed = np.load("correct.npy")
                assert np.array_equal(packed, np.packbits(correct, axis=1, bitorder="little"))
                with np.errstate(all="ignore"):
                    same(history["loss_sum"] / presented, loss)
                    same(np.load("sums.npy")[:, 0] / presented, margin)
                print("ok")
                """));
    }

    @Test
    void shouldHoldWhatTheDocumentationShows() throws Exception {
        writeAll(0.6);
        String page = Python.codeBlock("interchange.md", 0) + Python.codeBlock("interchange.md", 1)
                + Python.codeBlock("interchange.md", 2);
        assertEquals("ok", Python.run(folder, page + """
                _, expected_correctness, events, never, _, margin, _ = np.loadtxt("expected.txt").T
                assert np.array_equal(unforgettable, np.flatnonzero((never == 0) & (events == 0)))
                assert 0 < len(unforgettable) < len(events)
                assert np.array_equal(table["forgetting_events"], events)
                assert np.array_equal(correctness, expected_correctness)
                assert np.array_equal(forgetting_events, events)
                assert history["epoch"].tolist() == list(range(1, 13))
                np.testing.assert_allclose(aum, margin, rtol=1e-6)
                assert np.array_equal(last_row, correct[-1])
                print("ok")
                """));
        assertTrue(page.contains("np.unpackbits"));
    }
}
