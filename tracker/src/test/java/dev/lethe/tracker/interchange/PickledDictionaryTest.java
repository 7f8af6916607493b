package dev.lethe.tracker.interchange;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PickledDictionaryTest {
    @TempDir
    private Path folder;

    private Path file() {
        return folder.resolve("batch");
    }

    /**
     * Returns a dictionary as Python 2 and its NumPy write it: CIFAR's form, whose keys and content are {@code str}.
     *
     * @param binary
     *            protocol 2, else protocol 0
     */
    static byte[] ofPython2(boolean binary) {
        String program = binary
                ? "\u0080\u0002}q\u0001(U\u0004dataq\u0002cnumpy.core.multiarray\n_reconstruct\nq\u0003c"
                        + "numpy\nndarray\nq\u0004K\0\u0085U\u0001b\u0087Rq\u0005(K\u0001K\u0002K\u0003\u0086cnu"
                        + "mpy\ndtype\nq\u0006U\u0002u1K\0K\u0001\u0087Rq\u0007(K\u0003U\u0001|NNNJ\u00ff\u00ff"
                        + "\u00ff\u00ffJ\u00ff\u00ff\u00ff\u00ffK\0tb\u0089T\u0006\0\0\0\u0001\u0002\u0003\n"
                        + "\u00ff'tbU\u0006labelsq\u0008]q\u0009(K\u0006K\u0009eU\u0009filenamesq\n]q\u000b(U"
                        + "\u0005a.pngq\u000ch\u000ceU\u0005emptyU\0u."
                : "(dp1\nS'data'\np2\ncnumpy.core.multiarray\n_reconstruct\np3\n(cnumpy\nndarray\np4\n(I"
                        + "0\ntp5\nS'b'\np6\ntp7\nRp8\n(I1\n(I2\nI3\ntp9\ncnumpy\ndtype\np10\n(S'u1'\np11\nI0\nI"
                        + "1\ntp12\nRp13\n(I3\nS'|'\np14\nNNNI-1\nI-1\nI0\ntp15\nbI00\nS\"\\x01\\x02\\x03\\n\\xf"
                        + "f'\"\np16\ntp17\nbsS'labels'\np18\n(lp19\nI6\naI9\nasS'filenames'\np20\n(lp21\nS'a.pn"
                        + "g'\np22\nag22\nasS'empty'\nS''\ns.";
        return program.getBytes(StandardCharsets.ISO_8859_1);
    }

    private PickledDictionary read(Arena arena) throws IOException {
        return PickledDictionary.read(file(), arena);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void shouldReadADictionaryOfPython2(boolean binary) throws IOException {
        Files.write(file(), ofPython2(binary));
        try (Arena arena = Arena.ofConfined()) {
            PickledDictionary dictionary = read(arena);
            assertEquals(Set.of("data", "labels", "filenames", "empty"), dictionary.keys());
            NumpyArray data = dictionary.array("data").orElseThrow();
            assertEquals("array of descr='|u1' shape=(2, 3)", data.toString());
            assertArrayEquals(new double[]{1, 2, 3, '\n', 255, '\''}, data.toDoubles());
            assertArrayEquals(new double[]{6, 9}, dictionary.numbers("labels").orElseThrow());
            assertEquals(List.of("a.png", "a.png"), dictionary.texts("filenames").orElseThrow());
            assertEquals(0, dictionary.bytes("empty").orElseThrow().byteSize());
            assertEquals(Optional.empty(), dictionary.numbers("filenames"));
            assertEquals(Optional.empty(), dictionary.texts("labels"));
            assertEquals(Optional.empty(), dictionary.array("labels"));
            assertEquals(Optional.empty(), dictionary.bytes("none"));
        }
    }

    @Test
    void shouldReadEveryProtocolOfPython3() throws Exception {
        assertEquals("ok", Python.run(folder,
                """
                        import pickle
                        value = {b"labels": [3, True, None, 2.5], "data": np.arange(6, dtype=">u2").reshape(2, 3),
                                 "raw": bytes(range(256)),
                         "names": ["caf\\u00e9", b"dog", "x\\\\y\\nz"], "numbers": [1, 2.5, np.int64(7)],
                                 "nested": {"a": [(1, "b"), [], {}], "big": 2**40}, "tuple": (1, 2),
                         "flat": np.array([4., 5.]),
                                 "none": None, "many": list(range(2500)), "texts": [str(i) for i in range(2500)]}
                        for protocol in range(6):
                            pickle.dump(value, open("protocol" + str(protocol), "wb"), protocol=protocol)
                        print("ok")
                        """));
        for (int protocol = 0; protocol <= 5; protocol++) {
            Files.move(folder.resolve("protocol" + protocol), file(), StandardCopyOption.REPLACE_EXISTING);
            assertHoldsData();
        }
    }

    private void assertHoldsData() throws IOException {
        try (Arena arena = Arena.ofConfined()) {
            PickledDictionary dictionary = read(arena);
            NumpyArray data = dictionary.array("data").orElseThrow();
            assertEquals(ArrayShape.of(2, 3), data.shape());
            assertArrayEquals(new double[]{0, 1, 2, 3, 4, 5}, data.toDoubles());
            byte[] raw = dictionary.bytes("raw").orElseThrow().toArray(ValueLayout.JAVA_BYTE);
            for (int at = 0; at < 256; at++) {
                assertEquals((byte) at, raw[at]);
            }
            assertEquals(Optional.empty(), dictionary.numbers("labels"));
            assertEquals(List.of("caf\u00e9", "dog", "x\\y\nz"), dictionary.texts("names").orElseThrow());
            assertArrayEquals(new double[]{1, 2.5, 7}, dictionary.numbers("numbers").orElseThrow());
            assertArrayEquals(new double[]{4, 5}, dictionary.numbers("flat").orElseThrow());
            assertEquals(2499, dictionary.numbers("many").orElseThrow()[2499]);
            assertEquals("2499", dictionary.texts("texts").orElseThrow().get(2499));
            assertEquals(
                    "pickle " + file() + " of a dictionary of [labels, data, raw, names, numbers, nested, tuple, flat, "
                            + "non...",
                    dictionary.toString());
        }
    }

    /** Covers programs that would run code in Python, each of which is refused by the name of the function. */
    @Test
    void shouldRefuseOtherFunctionsByTheirNames() throws Exception {
        String names = Python.run(folder, """
                import builtins, functools, os, pickle, subprocess
                for i, function in enumerate([os.system, eval, subprocess.Popen, functools.partial, np.load, getattr]):
                    class Run:
                        def __reduce__(self):
                            return function, ("touch ran",)
                    pickle.dump({"data": Run()}, open("run" + str(i), "wb"), protocol=i)
                    print(function.__name__)
                """);
        List<String> functions = names.lines().toList();
        assertEquals(6, functions.size());
        for (int i = 0; i < 6; i++) {
            Files.move(folder.resolve("run" + i), file(), StandardCopyOption.REPLACE_EXISTING);
            try (Arena arena = Arena.ofConfined()) {
                String message = assertThrows(InterchangeException.class, () -> read(arena)).getMessage();
                assertTrue(message.contains("global=") && message.contains("." + functions.get(i)
                        + " is none of NumPy's functions for arrays of numbers: refused, not run"), message);
            }
        }
        assertTrue(Files.notExists(folder.resolve("ran")));
    }

    /** A text that is stored once and recalled many times must not be many texts. */
    @Test
    void shouldHoldOneCopyOfARecalledText() throws IOException {
        Files.writeString(file(), "(dVnames\n(lS'" + "x".repeat(60_000) + "'\np1\na" + "g1\na".repeat(20_000) + "s.",
                StandardCharsets.ISO_8859_1);
        try (Arena arena = Arena.ofConfined()) {
            List<String> texts = read(arena).texts("names").orElseThrow();
            assertEquals(20_001, texts.size());
            assertTrue(texts.getFirst() == texts.getLast());
        }
    }

    /** A list in itself is data, too, and reading must end. */
    @Test
    void shouldReadAListOfItself() throws IOException {
        Files.writeString(file(), "(dVnames\n(lp1\ng1\nas.", StandardCharsets.ISO_8859_1);
        try (Arena arena = Arena.ofConfined()) {
            assertEquals(Optional.empty(), read(arena).texts("names"));
            assertEquals(Optional.empty(), read(arena).numbers("names"));
        }
    }
}
