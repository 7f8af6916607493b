package dev.lethe.train.checkpoint;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SafetensorsTest {
    private static final String A = "{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]}";

    @TempDir
    private Path folder;

    private Safetensors read(byte[] bytes) throws IOException {
        return Safetensors.read(Files.write(folder.resolve("x.safetensors"), bytes));
    }

    @Test
    void shouldReadWhatItWrites() throws IOException {
        Safetensors content = TensorBytes.sample(1);
        Path file = folder.resolve("weights.safetensors");
        content.write(file);
        Safetensors read = Safetensors.read(file);
        assertEquals(content, read);
        assertEquals(List.copyOf(content.arrays().keySet()), List.copyOf(read.arrays().keySet()), "order");
        assertArrayEquals(Files.readAllBytes(file), TensorBytes.of(read));
    }

    @Test
    void shouldKeepEveryBitOfValuesLargerThanItsBuffer() throws IOException {
        int[] bits = new Random(2).ints(100_003).toArray();
        bits[0] = 0x7fa00001; // a signalling NaN
        bits[1] = 0x80000000;
        float[] values = new float[bits.length];
        for (int i = 0; i < bits.length; i++) {
            values[i] = Float.intBitsToFloat(bits[i]);
        }
        long[] counts = new Random(3).longs(20_001).toArray();
        Safetensors content = new Safetensors(
                NamedArray.byName(List.of(NamedArray.of("f", List.of(bits.length), values),
                        new NamedArray.Integers("i", List.of(3, 6667), counts))),
                Map.of());
        Safetensors read = read(TensorBytes.of(content));
        float[] back = read.arrays().get("f").floats();
        for (int i = 0; i < bits.length; i++) {
            assertEquals(bits[i], Float.floatToRawIntBits(back[i]), "value " + i);
        }
        assertEquals(content.arrays().get("i"), read.arrays().get("i"));
    }

    @Test
    void shouldAlignDataByTheirSize() throws IOException {
        byte[] file = TensorBytes.of(TensorBytes.sample(4));
        assertEquals(0, TensorBytes.header(file).length % 8);
        for (SafetensorsHeader.Entry entry : SafetensorsHeader.parse("x", TensorBytes.header(file),
                TensorBytes.data(file).length).entries()) {
            assertEquals(0, entry.begin() % entry.type().bytes(), entry.toString());
        }
    }

    @Test
    void shouldHoldNothing() throws IOException {
        Safetensors empty = new Safetensors(Map.of(), Map.of());
        assertEquals(empty, read(TensorBytes.of(empty)));
    }

    /**
     * The values are one, two thirds, the largest, the smallest, infinity and a NaN of each format, from its tables.
     */
    @Test
    void shouldConvertHalfPrecision() throws IOException {
        byte[] data = TensorBytes.little(24).putShort((short) 0x3c00).putShort((short) 0x3955)
                .putShort((short) 0x7bff).putShort((short) 0x8001).putShort((short) 0xfc00).putShort((short) 0x7e00)
                .putShort((short) 0x3f80).putShort((short) 0x3f2b).putShort((short) 0x7f7f).putShort((short) 0x8001)
                .putShort((short) 0xff80).putShort((short) 0x7fc0).array();
        Map<String, NamedArray> arrays = read(TensorBytes.of("""
                {"half": {"dtype": "F16", "shape": [6], "data_offsets": [0, 12]},
                 "brain": {"dtype": "BF16", "shape": [2, 3], "data_offsets": [12, 24]}}""", data)).arrays();
        assertArrayEquals(new float[]{1, 0.66650390625f, 65504, -0x1p-24f, Float.NEGATIVE_INFINITY, Float.NaN},
                arrays.get("half").floats());
        assertArrayEquals(new float[]{1, 0.66796875f, 0x1.fep127f, -0x1p-133f, Float.NEGATIVE_INFINITY, Float.NaN},
                arrays.get("brain").floats());
        assertEquals(List.of(2, 3), arrays.get("brain").shape());
    }

    @Test
    void shouldRoundDoublePrecision() throws IOException {
        byte[] data = TensorBytes.little(40).putDouble(0.1).putDouble(-1e300).putDouble(0x1p-150)
                .putDouble(Double.NaN).putDouble(0x1.000001p0).array();
        assertArrayEquals(new float[]{0.1f, Float.NEGATIVE_INFINITY, 0, Float.NaN, 1},
                read(TensorBytes.of("{\"d\": {\"dtype\": \"F64\", \"shape\": [5], \"data_offsets\": [0, 40]}}", data))
                        .arrays().get("d").floats());
    }

    @Test
    void shouldReadIntegersExactly() throws IOException {
        byte[] data = TensorBytes.little(16).putInt(-7).putLong((1L << 53) + 1).putInt(Integer.MIN_VALUE).array();
        Map<String, NamedArray> arrays = read(TensorBytes.of("""
                {"b": {"dtype": "I64", "shape": [], "data_offsets": [4, 12]},
                 "c": {"dtype": "I32", "shape": [1], "data_offsets": [12, 16]},
                 "a": {"dtype": "I32", "shape": [], "data_offsets": [0, 4]}}\s\s\s""", data)).arrays();
        assertEquals(NamedArray.scalar("a", -7), arrays.get("a"));
        assertEquals(NamedArray.scalar("b", (1L << 53) + 1), arrays.get("b"));
        assertEquals(new NamedArray.Integers("c", List.of(1), new long[]{Integer.MIN_VALUE}), arrays.get("c"));
        assertEquals(List.of("b", "c", "a"), List.copyOf(arrays.keySet()));
        assertThrows(IllegalArgumentException.class, () -> arrays.get("a").floats());
    }

    @Test
    void shouldReplaceAFileWholeOrNotAtAll() throws IOException {
        Path file = folder.resolve("weights.safetensors");
        TensorBytes.sample(1).write(file);
        TensorBytes.sample(2).write(file);
        assertEquals(TensorBytes.sample(2), Safetensors.read(file));
        Path taken = Files.createDirectories(folder.resolve("taken/kept")).getParent();
        assertThrows(IOException.class, () -> TensorBytes.sample(1).write(taken));
        try (Stream<Path> files = Files.list(folder)) {
            assertEquals(List.of(taken, file), files.sorted().toList());
        }
    }

    /** The data have 8 bytes if only the header is wrong. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', value = {"|its header does not begin with '{'",
            "[]|its header does not begin with '{'", "{|its header is not valid JSON: Unexpected end-of-input",
            A + "|its header is not valid JSON: Unexpected end-of-input", A + "}}|its header is not valid JSON",
            A + "} 1|its header is not valid JSON", A + "}|read", A + "}   |read",
            A + ",\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]}}|Duplicate",
            A + ",\"__metadata__\":{}}|read", A + ",\"__metadata__\":[]}|__metadata__=[]: an object of texts is needed",
            A + ",\"__metadata__\":{\"k\":1}}|__metadata__ has 'k'=1: a text is needed",
            A + ",\"__metadata__\":{\"k\":\"\\ud800\"}}|__metadata__ has 'k'=",
            A + ",\"\\ud800\":{}}|its header is not valid JSON", A + ",\"\\udc00\":{}}|its header is not valid JSON",
            A + ",\"b\":7}|tensor 'b' has dtype=nothing: convert it to one of F32, F64, F16, BF16, I64, I32",
            A + ",\"b\":{\"dtype\":\"F8\"}}|tensor 'b' has dtype=\"F8\": convert",
            A + ",\"b\":{\"dtype\":\"f32\"}}|tensor 'b' has dtype=\"f32\": convert",
            A + ",\"b\":{\"dtype\":\"F32\",\"strides\":[1]}}|tensor 'b' has a field 'strides'",
            A + ",\"b\":{\"dtype\":\"F32\"}}|tensor 'b' has shape=nothing: a list is needed",
            A + ",\"b\":{\"dtype\":\"F32\",\"shape\":{\"x\":1}}}|tensor 'b' has shape={\"x\":1}: a list is needed",
            A + ",\"b\":{\"dtype\":\"F32\",\"shape\":[-1]}}|tensor 'b' has shape=[-1]: whole numbers from 0",
            A + ",\"b\":{\"dtype\":\"F32\",\"shape\":[1.0]}}|tensor 'b' has shape=[1.0]: whole numbers",
            A + ",\"b\":{\"dtype\":\"F32\",\"shape\":[\"1\"]}}|tensor 'b' has shape=[\"1\"]: whole numbers",
            A + ",\"b\":{\"dtype\":\"F32\",\"shape\":[65536,65536]}}|has shape=[65536,65536]: whole",
            A + ",\"b\":{\"dtype\":\"F32\",\"shape\":[9223372036854775808]}}|has shape=[9223372036854775808]",
            A + ",\"b\":{\"dtype\":\"F32\",\"shape\":[]}}|tensor 'b' has data_offsets=nothing: two ascending",
            A + ",\"b\":{\"dtype\":\"F32\",\"shape\":[],\"data_offsets\":[4,0]}}|'b' has data_offsets=[4,0]: two",
            A + ",\"b\":{\"dtype\":\"F32\",\"shape\":[],\"data_offsets\":[0,4,8]}}|data_offsets=[0,4,8]: two",
            A + ",\"b\":{\"dtype\":\"F32\",\"shape\":[],\"data_offsets\":[-4,0]}}|data_offsets=[-4,0]: two",
            A + ",\"b\":{\"dtype\":\"F32\",\"shape\":[0],\"data_offsets\":[8,8]}}|read",
            A + ",\"b\":{\"dtype\":\"F32\",\"shape\":[0],\"data_offsets\":[4,4]}}|tensors 'a' and 'b' overlap",
            A + ",\"b\":{\"dtype\":\"I64\",\"shape\":[1],\"data_offsets\":[0,8]}}|overlap: data_offsets=[0, 8] and [0",
            A + ",\"b\":{\"dtype\":\"I32\",\"shape\":[1],\"data_offsets\":[4,8]}}|tensors 'a' and 'b' overlap",
            A + ",\"b\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[8,12]}}|the file has data bytes=8: it is",
            A + ",\"b\":{\"dtype\":\"F32\",\"shape\":[3],\"data_offsets\":[8,16]}}|and shape=[3] has 12 bytes, data",
            "{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]}}|data bytes [4, 8] belong to no tensor",
            "{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[4,8]}}|data bytes [0, 4] before tensor 'a'",
            "{}|data bytes [0, 8] belong to no tensor"})
    void shouldSayInOneSentenceWhatIsWrongWithAHeader(String header, String problem) throws IOException {
        byte[] bytes = TensorBytes.of(header == null ? "" : header, new byte[8]);
        if (problem.equals("read")) {
            assertArrayEquals(new float[2], read(bytes).arrays().get("a").floats());
        } else {
            requireRefused(bytes, problem);
        }
    }

    private void requireRefused(byte[] bytes, String problem) {
        String message = assertThrows(CheckpointException.class, () -> read(bytes)).getMessage();
        assertTrue(message.startsWith(folder.resolve("x.safetensors") + ": ") && message.contains(problem), message);
        assertFalse(message.contains("\n"), message);
    }

    @Test
    void shouldRefuseWhatIsNotEvenAHeader() throws IOException {
        requireRefused(new byte[0], "bytes=0 are too few for a safetensors file");
        requireRefused(new byte[7], "bytes=7 are too few");
        requireRefused(TensorBytes.little(12).putLong(5).array(), "header length=5, bytes=4 follow");
        requireRefused(TensorBytes.little(8).putLong(-1).array(), "header length=18446744073709551615, bytes=0 follow");
        requireRefused(TensorBytes.of(new byte[]{'{', (byte) 0xc3, '}'}, new byte[0]), "is not in UTF-8");
        requireRefused(TensorBytes.of("{".repeat(100_000), new byte[0]), "its header is not valid JSON");
        requireRefused(TensorBytes.of("{\"a\":".repeat(100_000), new byte[0]), "its header is not valid JSON");
        requireRefused(TensorBytes.of("{\"a\":{\"dtype\":\"F32\",\"shape\":[" + "9".repeat(5000) + "]}}", new byte[0]),
                "its header is not valid JSON");
        requireRefused(TensorBytes.of("{\"a\":{\"dtype\":\"F32\",\"shape\":[0" + ",0".repeat(4_000_000) + "]}}",
                new byte[0]), "its header is not valid JSON: Token count");
        requireRefused(TensorBytes.of("{\"a\":" + "[".repeat(33) + "]".repeat(33) + "}", new byte[0]),
                "its header is not valid JSON: Document nesting depth (33)");
        requireRefused(TensorBytes.of("{\"" + "a".repeat(50_001) + "\":{}}", new byte[0]),
                "its header is not valid JSON: Name length");
        requireRefused(TensorBytes.of("{\"__metadata__\":{\"a\":\"" + "a".repeat(20_000_001) + "\"}}", new byte[0]),
                "its header is not valid JSON: String");
        requireRefused(TensorBytes.of("\u0000{\u0000}", new byte[0]), "does not begin with"); // UTF-16
        assertThrows(NoSuchFileException.class, () -> Safetensors.read(folder.resolve("missing")));
    }

    @Test
    void shouldRefuseArraysThatCannotBeWritten() {
        assertTrue(assertThrows(IllegalArgumentException.class,
                () -> NamedArray.of("w", List.of(2, 3), new float[5])).getMessage().contains("values=5"));
        assertThrows(IllegalArgumentException.class, () -> NamedArray.of("w", List.of(-1), new float[1]));
        assertThrows(IllegalArgumentException.class, () -> NamedArray.of("w",
                List.of(Integer.MAX_VALUE, Integer.MAX_VALUE, Integer.MAX_VALUE, 4), new float[4]));
        assertEquals(0, NamedArray.of("w", List.of(Integer.MAX_VALUE, Integer.MAX_VALUE, Integer.MAX_VALUE, 0),
                new float[0]).floats().length);
        assertThrows(IllegalArgumentException.class, () -> NamedArray.scalar("__metadata__", 1));
        assertThrows(IllegalArgumentException.class, () -> NamedArray.scalar("half \ud800", 1));
        assertThrows(IllegalArgumentException.class,
                () -> NamedArray.byName(List.of(NamedArray.scalar("w", 1), NamedArray.scalar("w", 2))));
        assertThrows(IllegalArgumentException.class, () -> new Safetensors(Map.of(), Map.of("k", "\udc00")));
    }
}
