package dev.lethe.train.checkpoint;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** Safetensors files as bytes: real ones, and ones made by hand. */
final class TensorBytes {
    private TensorBytes() {}

    /**
     * Makes the tensors of a small network in an order, with types and names as they occur: floats, a scalar counter, a
     * name to be escaped.
     */
    static Safetensors sample(long seed) {
        Random random = new Random(seed);
        List<NamedArray> arrays = List.of(floats("conv1.weight", random, 4, 1, 3, 3), floats("conv1.bias", random, 4),
                NamedArray.scalar("bn1.num_batches_tracked", random.nextLong()), floats("none", random, 0, 3),
                floats("Größe \"1\"\n", random), floats("fc.weight", random, 5, 7));
        return new Safetensors(NamedArray.byName(arrays), Map.of("format", "pt"));
    }

    static NamedArray floats(String name, Random random, Integer... shape) {
        int elements = Arrays.stream(shape).reduce(1, (a, b) -> a * b);
        float[] values = new float[elements];
        for (int i = 0; i < elements; i++) {
            values[i] = (float) random.nextGaussian();
        }
        return NamedArray.of(name, List.of(shape), values);
    }

    static byte[] of(Safetensors content) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        content.writeTo(bytes);
        return bytes.toByteArray();
    }

    static byte[] of(String header, byte[] data) {
        byte[] json = header.getBytes(StandardCharsets.UTF_8);
        return of(json, data);
    }

    static byte[] of(byte[] header, byte[] data) {
        return little(Long.BYTES + header.length + data.length).putLong(header.length).put(header).put(data).array();
    }

    static ByteBuffer little(int bytes) {
        return ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }

    static byte[] header(byte[] file) {
        return Arrays.copyOfRange(file, Long.BYTES, Long.BYTES + headerLength(file));
    }

    static byte[] data(byte[] file) {
        return Arrays.copyOfRange(file, Long.BYTES + headerLength(file), file.length);
    }

    private static int headerLength(byte[] file) {
        return Math.toIntExact(ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN).getLong());
    }
}
