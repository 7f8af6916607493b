package dev.lethe.train.checkpoint;

import static dev.lethe.train.checkpoint.CheckpointException.shown;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.stream.Collectors;

/**
 * Header of a safetensors file, which describes its tensors:
 *
 * <pre>
 * 0               8                                        8 + n                        end
 * +---------------+----------------------------------------+----------------------------+
 * | n, little     | {"__metadata__": {"k": "v"},           | bytes of all tensors,      |
 * | endian        |  "name": {"dtype": "F32", "shape":     | each once, without gaps    |
 * |               |   [2, 3], "data_offsets": [0, 24]}}    | offsets count from here    |
 * +---------------+----------------------------------------+----------------------------+
 * </pre>
 *
 * @param entries tensors in the order of the header
 * @param metadata texts by key
 */
record SafetensorsHeader(List<Entry> entries, Map<String, String> metadata) {
    static final String METADATA = "__metadata__";
    /** Longest header, as in the reference implementation. */
    static final long MOST_BYTES = 100_000_000;
    private static final int ALIGNMENT = 8;
    private static final int MOST_ELEMENTS = Integer.MAX_VALUE - 8; // of a Java array
    private static final String DTYPE = "dtype";
    private static final String SHAPE = "shape";
    private static final String OFFSETS = "data_offsets";
    private static final List<String> FIELDS = List.of(DTYPE, SHAPE, OFFSETS);

    /**
     * Entry of a tensor.
     *
     * @param name name of the tensor
     * @param type type of its elements
     * @param shape extents, outermost first
     * @param begin position of its first byte, counted from the end of the header
     * @param end position behind its last byte
     */
    record Entry(String name, TensorType type, List<Integer> shape, long begin, long end) {
        String offsets() {
            return "[" + begin + ", " + end + "]";
        }
    }

    /**
     * Makes the header of a file to be written. Eight-byte elements stand first in the data, so that all are aligned.
     */
    static SafetensorsHeader of(Map<String, NamedArray> arrays, Map<String, String> metadata) {
        Map<String, Entry> placed = new LinkedHashMap<>();
        arrays.keySet().forEach(name -> placed.put(name, null));
        long at = 0;
        for (TensorType type : List.of(TensorType.I64, TensorType.F32)) {
            for (NamedArray array : arrays.values()) {
                if (TensorType.of(array) == type) {
                    long end = at + array.shape().stream().mapToLong(Integer::longValue).reduce(type.bytes(),
                            Math::multiplyExact);
                    placed.put(array.name(), new Entry(array.name(), type, array.shape(), at, end));
                    at = end;
                }
            }
        }
        return new SafetensorsHeader(List.copyOf(placed.values()), metadata);
    }

    /** Returns the entries in the order of their data. */
    List<Entry> byOffset() {
        return entries.stream().sorted(Comparator.comparingLong(Entry::begin).thenComparingLong(Entry::end)).toList();
    }

    /** Returns the header as JSON, padded with spaces so that the data are aligned. */
    byte[] encode() {
        ObjectNode root = StrictJson.emptyObject();
        if (!metadata.isEmpty()) {
            ObjectNode texts = root.putObject(METADATA);
            metadata.forEach(texts::put);
        }
        for (Entry entry : entries) {
            ObjectNode tensor = root.putObject(entry.name()).put(DTYPE, entry.type().name());
            ArrayNode shape = tensor.putArray(SHAPE);
            entry.shape().forEach(shape::add);
            tensor.putArray(OFFSETS).add(entry.begin()).add(entry.end());
        }
        byte[] json = root.toString().getBytes(StandardCharsets.UTF_8);
        byte[] padded = Arrays.copyOf(json, (json.length + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT);
        Arrays.fill(padded, json.length, padded.length, (byte) ' ');
        return padded;
    }

    /**
     * Reads a header; every tensor then lies within the data, and every byte of the data in one tensor.
     *
     * @param file file that messages name
     * @param json text of the header
     * @param dataBytes number of bytes behind the header
     */
    static SafetensorsHeader parse(String file, byte[] json, long dataBytes) throws CheckpointException {
        if (json.length == 0 || json[0] != '{') {
            throw new CheckpointException(file, "its header does not begin with '{': this is not a safetensors file");
        }
        Map<String, String> metadata = new LinkedHashMap<>();
        List<Entry> entries = new ArrayList<>();
        StrictJson.readFields(file, "its header", json, (name, value) -> {
            if (name.equals(METADATA)) {
                readMetadata(file, value, metadata);
            } else {
                entries.add(entry(file, name, value));
            }
        });
        SafetensorsHeader header = new SafetensorsHeader(List.copyOf(entries), metadata);
        header.requireTiled(file, dataBytes);
        return header;
    }

    private static void readMetadata(String file, JsonNode node, Map<String, String> metadata)
            throws CheckpointException {
        if (!node.isObject()) {
            throw new CheckpointException(file, METADATA + "=" + shown(node) + ": an object of texts is needed");
        }
        for (Map.Entry<String, JsonNode> text : node.properties()) {
            if (!text.getValue().isTextual() || !StrictJson.isWritable(text.getValue().textValue())) {
                throw new CheckpointException(file, METADATA + " has '" + shown(text.getKey()) + "'="
                        + shown(text.getValue()) + ": a text is needed");
            }
            metadata.put(text.getKey(), text.getValue().textValue());
        }
    }

    private static Entry entry(String file, String name, JsonNode node) throws CheckpointException {
        String tensor = "tensor '" + shown(name) + "'";
        for (Map.Entry<String, JsonNode> field : node.properties()) {
            if (!FIELDS.contains(field.getKey())) {
                throw new CheckpointException(file, tensor + " has a field '" + shown(field.getKey()) + "': only "
                        + String.join(", ", FIELDS) + " are known");
            }
        }
        TensorType type = type(file, tensor, node.path(DTYPE));
        List<Integer> shape = shape(file, tensor, node.path(SHAPE));
        JsonNode offsets = node.path(OFFSETS);
        OptionalLong begin = StrictJson.whole(offsets.get(0));
        OptionalLong end = StrictJson.whole(offsets.get(1));
        if (!offsets.isArray() || offsets.size() != 2 || begin.isEmpty() || end.isEmpty() || begin.getAsLong() < 0
                || end.getAsLong() < begin.getAsLong()) {
            throw new CheckpointException(file, tensor + " has data_offsets=" + shown(offsets)
                    + ": two ascending whole numbers from 0 are needed");
        }
        Entry entry = new Entry(name, type, shape, begin.getAsLong(), end.getAsLong());
        long elements = shape.stream().mapToLong(Integer::longValue).reduce(1, (a, b) -> a * b);
        if (entry.end() - entry.begin() != elements * type.bytes()) {
            throw new CheckpointException(file, tensor + " of dtype=" + type + " and shape=" + shown(shape) + " has "
                    + elements * type.bytes() + " bytes, data_offsets=" + entry.offsets() + " hold "
                    + (entry.end() - entry.begin()));
        }
        return entry;
    }

    private static TensorType type(String file, String tensor, JsonNode node) throws CheckpointException {
        for (TensorType type : TensorType.values()) {
            if (node.isTextual() && node.textValue().equals(type.name())) {
                return type;
            }
        }
        throw new CheckpointException(file, tensor + " has dtype=" + shown(node) + ": convert it to one of "
                + Arrays.stream(TensorType.values()).map(TensorType::name).collect(Collectors.joining(", ")));
    }

    private static List<Integer> shape(String file, String tensor, JsonNode node) throws CheckpointException {
        List<Integer> shape = new ArrayList<>();
        long elements = 1;
        for (JsonNode extent : node) {
            long value = StrictJson.whole(extent).orElse(-1);
            // either factor is below 2^31
            if (value < 0 || value > MOST_ELEMENTS || elements * value > MOST_ELEMENTS) {
                throw new CheckpointException(file, tensor + " has shape=" + shown(node)
                        + ": whole numbers from 0 are needed, of at most " + MOST_ELEMENTS + " elements in all");
            }
            elements *= value;
            shape.add((int) value);
        }
        if (!node.isArray()) {
            throw new CheckpointException(file, tensor + " has shape=" + shown(node) + ": a list is needed");
        }
        return List.copyOf(shape);
    }

    private void requireTiled(String file, long dataBytes) throws CheckpointException {
        long at = 0;
        Entry before = null; // none before the first
        for (Entry entry : byOffset()) {
            if (entry.end() > dataBytes) {
                throw new CheckpointException(file, "tensor '" + shown(entry.name()) + "' has data_offsets="
                        + entry.offsets() + ", the file has data bytes=" + dataBytes + ": it is truncated or altered");
            }
            if (before != null && entry.begin() < at) {
                throw new CheckpointException(file, "tensors '" + shown(before.name()) + "' and '"
                        + shown(entry.name()) + "' overlap: data_offsets=" + before.offsets() + " and "
                        + entry.offsets());
            }
            if (entry.begin() > at) {
                throw new CheckpointException(file, "data bytes [" + at + ", " + entry.begin()
                        + "] before tensor '" + shown(entry.name()) + "' belong to no tensor: the file is damaged");
            }
            at = entry.end();
            before = entry;
        }
        if (at != dataBytes) {
            throw new CheckpointException(file, "data bytes [" + at + ", " + dataBytes
                    + "] belong to no tensor: the file is damaged, or something was appended");
        }
    }
}
