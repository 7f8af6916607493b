package dev.lethe.tracker.interchange;

import dev.lethe.tracker.interchange.PickleValue.Array;
import dev.lethe.tracker.interchange.PickleValue.Bytes;
import dev.lethe.tracker.interchange.PickleValue.Dictionary;
import dev.lethe.tracker.interchange.PickleValue.Items;
import dev.lethe.tracker.io.FileBytes;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * A dictionary of data in a pickle of Python 2 or 3, of any protocol up to 5: NumPy arrays, numbers, texts and bytes,
 * and lists of them. It is interpreted here: no class is loaded, nothing in it is run, and a pickle that names any
 * other function than those of NumPy arrays is refused. Its keys are texts; those that are bytes are read as UTF-8.
 * Immutable and safe from any thread that may access its memory.
 */
public final class PickledDictionary {
    private final String name;
    private final Dictionary dictionary;

    private PickledDictionary(String name, Dictionary dictionary) {
        this.name = name;
        this.dictionary = dictionary;
    }

    /**
     * Reads a file.
     *
     * @param path
     *            the file
     * @param arena
     *            the arena from which memory for the whole file is allocated, of which arrays are a part
     * @throws InterchangeException
     *             if the file is not such a pickle, or a part of it cannot be read
     * @throws IOException
     *             if it cannot be opened
     */
    public static PickledDictionary read(Path path, Arena arena) throws IOException {
        String name = path.toString();
        try (FileBytes file = FileBytes.open(path, InterchangeException.of(name))) {
            MemorySegment bytes = arena.allocate(file.size());
            file.read(0, bytes);
            return new PickledDictionary(name, PickleMachine.load(new PickleInput(name, bytes)));
        }
    }

    /** Returns the keys, in the order of the pickle. */
    public Set<String> keys() {
        return Collections.unmodifiableSet(dictionary.items().keySet());
    }

    /**
     * Returns a value that is an array of numbers; empty where there is none of that key.
     *
     * @param key
     *            the key
     */
    public Optional<NumpyArray> array(String key) {
        return dictionary.items().get(key) instanceof Array array ? array.content() : Optional.empty();
    }

    /**
     * Returns a value that is a {@code bytes}, a {@code bytearray} or a {@code str} of Python 2; empty where there is
     * none of that key.
     *
     * @param key
     *            the key
     */
    public Optional<MemorySegment> bytes(String key) {
        return dictionary.items().get(key) instanceof Bytes(MemorySegment bytes)
                ? Optional.of(bytes.asReadOnly())
                : Optional.empty();
    }

    /**
     * Returns the numbers of a value that is a list of numbers or an array of one dimension; empty where there is none
     * of that key.
     *
     * @param key
     *            the key
     */
    public Optional<double[]> numbers(String key) {
        if (dictionary.items().get(key) instanceof Items items) {
            return items.toDoubles();
        }
        return array(key).filter(array -> array.shape().dimensions().size() == 1
                && array.shape().elements() < Integer.MAX_VALUE - 8).map(NumpyArray::toDoubles);
    }

    /**
     * Returns the texts of a value that is a list of texts, {@code str} or {@code bytes}; empty where there is none of
     * that key.
     *
     * @param key
     *            the key
     */
    public Optional<List<String>> texts(String key) {
        if (!(dictionary.items().get(key) instanceof Items items)) {
            return Optional.empty();
        }
        List<String> texts = new ArrayList<>();
        Map<PickleValue, String> known = new IdentityHashMap<>(); // a long one may be recalled many times
        for (PickleValue value : items.values()) {
            String text = known.computeIfAbsent(value, PickleValue::text);
            if (text == null) {
                return Optional.empty();
            }
            texts.add(text);
        }
        return Optional.of(texts);
    }

    @Override
    public String toString() {
        return "pickle " + name + " of a dictionary of " + InterchangeException.shown(keys().toString());
    }
}
