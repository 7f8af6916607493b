package dev.lethe.train.checkpoint;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Damaged tensor files, which are refused with the documented exception, or read by their own words. There is no
 * checksum: a file with altered data is another file, whose own bytes must be read. A checkpoint is stricter.
 */
class MutatedSafetensorsTest {
    private static final int MUTANTS = 2_000;

    @TempDir
    private Path folder;

    @Test
    void shouldRefuseMutatedFilesOrReadWhatTheySay() throws IOException {
        Random random = new Random(5);
        byte[] whole = TensorBytes.of(TensorBytes.sample(1));
        Path file = folder.resolve("mutant.safetensors");
        int refused = 0;
        int read = 0;
        for (int i = 0; i < MUTANTS; i++) {
            byte[] mutant = Mutation.of(whole.clone(), i, random);
            Files.write(file, mutant);
            try {
                requireWhatItSays(mutant, Safetensors.read(file), "mutant " + i);
                read++;
            } catch (CheckpointException e) {
                refused++;
                assertTrue(e.getMessage().startsWith(file + ": "), e.getMessage());
                assertFalse(e.getMessage().matches("(?s).*\\p{Cntrl}.*") || e.getMessage().length() > 600,
                        e.getMessage());
            }
        }
        assertTrue(refused > MUTANTS / 3 && read > MUTANTS / 20, "refused=" + refused + ", read=" + read);
    }

    @Test
    void shouldRefuseEveryTruncation() throws IOException {
        byte[] whole = TensorBytes.of(TensorBytes.sample(2));
        Path file = folder.resolve("truncated.safetensors");
        int refused = 0;
        for (int length = 0; length < whole.length; length++) {
            Files.write(file, Arrays.copyOf(whole, length));
            try {
                Safetensors.read(file);
            } catch (CheckpointException e) {
                refused++;
            }
        }
        assertEquals(whole.length, refused);
    }

    /** Compares with a reading that trusts the mutant: a plain JSON tree and the bytes at its offsets. */
    private static void requireWhatItSays(byte[] mutant, Safetensors read, String which) throws IOException {
        JsonNode header = new ObjectMapper().readTree(new String(TensorBytes.header(mutant), StandardCharsets.UTF_8));
        ByteBuffer data = ByteBuffer.wrap(TensorBytes.data(mutant)).order(ByteOrder.LITTLE_ENDIAN);
        List<String> names = new ArrayList<>();
        header.fieldNames().forEachRemaining(names::add);
        names.remove("__metadata__");
        assertEquals(names, List.copyOf(read.arrays().keySet()), which);
        for (String name : names) {
            NamedArray array = read.arrays().get(name);
            List<Integer> shape = new ArrayList<>();
            header.get(name).get("shape").forEach(extent -> shape.add(extent.intValue()));
            assertEquals(shape, array.shape(), which);
            int begin = header.get(name).get("data_offsets").get(0).intValue();
            int end = header.get(name).get("data_offsets").get(1).intValue();
            assertArrayEquals(values(header.get(name).get("dtype").textValue(), data, begin, end), values(array),
                    which);
        }
        header.path("__metadata__").properties()
                .forEach(text -> assertEquals(text.getValue().textValue(), read.metadata().get(text.getKey()), which));
    }

    private static long[] values(NamedArray array) {
        if (array instanceof NamedArray.Integers integers) {
            return integers.values();
        }
        float[] floats = array.floats();
        long[] bits = new long[floats.length];
        Arrays.setAll(bits, i -> Float.floatToRawIntBits(floats[i]));
        return bits;
    }

    private static long[] values(String type, ByteBuffer data, int begin, int end) {
        int size = type.endsWith("64") ? 8 : type.endsWith("16") ? 2 : 4;
        long[] values = new long[(end - begin) / size];
        for (int i = 0; i < values.length; i++) {
            int at = begin + i * size;
            values[i] = switch (type) {
                case "I64" -> data.getLong(at);
                case "F64" -> Float.floatToRawIntBits((float) data.getDouble(at));
                case "F16" -> Float.floatToRawIntBits(Float.float16ToFloat(data.getShort(at)));
                case "BF16" -> data.getShort(at) << 16;
                default -> data.getInt(at);
            };
        }
        return values;
    }
}
