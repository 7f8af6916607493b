package dev.lethe.train.checkpoint;

import dev.lethe.io.AtomicFiles;
import dev.lethe.tracker.io.FileBytes;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;

/**
 * Content of a safetensors file, the format of Hugging Face that PyTorch, JAX and others read without running code.
 * F64, F32, F16 and BF16 are read as floats, I64 and I32 as integers; floats are written as F32, integers as I64.
 *
 * @param arrays arrays by name, in the order of the header
 * @param metadata texts by key; {@code format=pt} marks PyTorch's layouts
 */
public record Safetensors(Map<String, NamedArray> arrays, Map<String, String> metadata) {
    private static final int CHUNK = 1 << 16;

    /** Refuses impossible values by a sentence that names them. */
    public Safetensors {
        arrays = NamedArray.byName(arrays.values());
        metadata = Collections.unmodifiableMap(new LinkedHashMap<>(metadata));
        metadata.forEach((key, text) -> {
            if (!StrictJson.isWritable(key + text)) {
                throw new IllegalArgumentException("metadata '" + CheckpointException.shown(key)
                        + "' cannot be written in UTF-8: choose another text");
            }
        });
    }

    /**
     * Reads a file, which must not be written to meanwhile.
     *
     * @throws CheckpointException when it is no safetensors file, is damaged, holds another type, or cannot be read
     * @throws IOException when it cannot be opened
     */
    public static Safetensors read(Path file) throws IOException {
        if (Files.notExists(file)) {
            throw new NoSuchFileException(file.toString(), null, "there are no weights: name a safetensors file");
        }
        return read(file, FileChannel.open(file, StandardOpenOption.READ));
    }

    /** Reads a file through a channel, which it closes. */
    static Safetensors read(Path file, FileChannel channel) throws IOException {
        try (FileBytes bytes = new FileBytes(channel, CheckpointException.of(file))) {
            return read(file.toString(), bytes);
        }
    }

    /** Reads an open file, one tensor after the other, so that no more than the largest is in memory twice. */
    static Safetensors read(String file, FileBytes bytes) throws IOException {
        long size = bytes.size();
        long after = size - Long.BYTES;
        if (after < 0) {
            throw new CheckpointException(file, "bytes=" + size + " are too few for a safetensors file");
        }
        byte[] json = new byte[headerLength(file, bytes, after)];
        bytes.read(Long.BYTES, MemorySegment.ofArray(json));
        SafetensorsHeader header = SafetensorsHeader.parse(file, json, after - json.length);
        Map<String, NamedArray> arrays = new LinkedHashMap<>();
        for (SafetensorsHeader.Entry entry : header.entries()) {
            try (Arena scratch = Arena.ofConfined()) {
                MemorySegment data = scratch.allocate(entry.end() - entry.begin());
                bytes.read(Long.BYTES + json.length + entry.begin(), data);
                arrays.put(entry.name(), entry.type().read(entry.name(), entry.shape(), data));
            }
        }
        return new Safetensors(arrays, header.metadata());
    }

    /**
     * Reads the length of the header.
     *
     * @param after number of bytes of the file behind the length
     */
    private static int headerLength(String file, FileBytes bytes, long after) throws IOException {
        MemorySegment first = MemorySegment.ofArray(new byte[Long.BYTES]);
        bytes.read(0, first);
        long length = first.get(TensorType.LONG, 0);
        if (length < 0 || length > Math.min(after, SafetensorsHeader.MOST_BYTES)) {
            throw new CheckpointException(file, "header length=" + Long.toUnsignedString(length) + ", bytes=" + after
                    + " follow and at most " + SafetensorsHeader.MOST_BYTES
                    + " are allowed: it is truncated, or not a safetensors file");
        }
        return (int) length;
    }

    /**
     * Writes a file, in place of an older one. It has its name only when it is whole and durable.
     *
     * @throws IOException when it cannot be written; an older file is left unchanged
     */
    public void write(Path file) throws IOException {
        AtomicFiles.stream(file, this::writeTo);
    }

    /** Writes the bytes of a file. */
    void writeTo(OutputStream output) throws IOException {
        SafetensorsHeader header = SafetensorsHeader.of(arrays, metadata);
        byte[] json = header.encode();
        byte[] length = new byte[Long.BYTES];
        MemorySegment.ofArray(length).set(TensorType.LONG, 0, json.length);
        output.write(length);
        output.write(json);
        for (SafetensorsHeader.Entry entry : header.byOffset()) {
            writeValues(Objects.requireNonNull(arrays.get(entry.name()), entry.name()), output);
        }
    }

    private static void writeValues(NamedArray array, OutputStream output) throws IOException {
        byte[] bytes = new byte[CHUNK];
        MemorySegment chunk = MemorySegment.ofArray(bytes);
        int size = TensorType.of(array).bytes();
        int elements = switch (array) {
            case NamedArray.Floats floats -> floats.values().length;
            case NamedArray.Integers integers -> integers.values().length;
        };
        for (int from = 0; from < elements; from += CHUNK / size) {
            int count = Math.min(elements - from, CHUNK / size);
            switch (array) {
                case NamedArray.Floats floats ->
                    MemorySegment.copy(floats.values(), from, chunk, TensorType.FLOAT, 0, count);
                case NamedArray.Integers integers ->
                    MemorySegment.copy(integers.values(), from, chunk, TensorType.LONG, 0, count);
            }
            output.write(bytes, 0, count * size);
        }
    }
}
