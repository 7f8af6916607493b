package dev.lethe.run.store;

import dev.lethe.tracker.interchange.ArrayShape;
import dev.lethe.tracker.interchange.ElementType;
import dev.lethe.tracker.interchange.InterchangeException;
import dev.lethe.tracker.interchange.NpyFile;
import dev.lethe.tracker.interchange.NumpyArray;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;

/** Reader of the arrays that a run left as files for NumPy, with a value for each training example. */
public final class RunArrays {
    private RunArrays() {}

    /** Reads an array of int32 (examples,). */
    public static int[] ints(Path file, int examples) throws IOException {
        try (Arena arena = Arena.ofConfined()) {
            NumpyArray array = read(file, ElementType.INT32, examples, arena);
            int[] values = new int[examples];
            for (int id = 0; id < examples; id++) {
                values[id] = (int) array.longAt(id);
            }
            return values;
        }
    }

    /** Reads an array of float32 (examples,). */
    static float[] floats(Path file, int examples) throws IOException {
        try (Arena arena = Arena.ofConfined()) {
            NumpyArray array = read(file, ElementType.FLOAT32, examples, arena);
            float[] values = new float[examples];
            for (int id = 0; id < examples; id++) {
                values[id] = (float) array.doubleAt(id);
            }
            return values;
        }
    }

    private static NumpyArray read(Path file, ElementType type, int examples, Arena arena) throws IOException {
        if (!Files.isRegularFile(file)) {
            throw RunFolder.damaged(file, "is missing");
        }
        NumpyArray array;
        try {
            array = NpyFile.read(file, arena);
        } catch (InterchangeException e) {
            throw RunFolder.damaged(file, e);
        }
        ArrayShape needed = ArrayShape.of(examples);
        if (array.type() != type || !array.shape().equals(needed)) {
            throw RunFolder.damaged(file, "holds type=" + name(array.type()) + " and shape=" + array.shape()
                    + " where the run has type=" + name(type) + " and shape=" + needed);
        }
        return array;
    }

    private static String name(ElementType type) {
        return type.name().toLowerCase(Locale.ROOT);
    }
}
