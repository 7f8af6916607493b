package dev.lethe.train.checkpoint;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Files exchanged with a second implementation, in Python with struct, json and NumPy alone. */
class PythonSafetensorsTest {
    @TempDir
    private Path folder;

    @Test
    void shouldReadWhatPythonWrites() throws Exception {
        assertEquals("ok", Python.run(folder, """
                import json, struct
                import numpy as np
                brain = (np.arange(6, dtype="<f4") - 2.5).view("<u4") >> 16
                arrays = [("conv.weight", "F32", np.arange(24, dtype="<f4").reshape(2, 3, 2, 2) / 7),
                          ("fc.weight", "F16", (np.arange(6, dtype="<f2") / 3).reshape(2, 3)),
                          ("fc.bias", "BF16", brain.astype("<u2")),
                          ("bn.num_batches_tracked", "I64", np.array(78200, dtype="<i8")),
                          ("ids", "I32", np.array([-1, 2**31 - 1], dtype="<i4")),
                          ("\\u03b3", "F32", np.zeros((0, 4), dtype="<f4"))]
                header, data = {"__metadata__": {"format": "pt", "note": "\\u00e9"}}, b""
                for name, dtype, array in arrays:
                    header[name] = {"dtype": dtype, "shape": list(array.shape),
                                    "data_offsets": [len(data), len(data) + array.nbytes]}
                    data += array.tobytes()
                text = json.dumps(header).encode() + b"   "
                open("python.safetensors", "wb").write(struct.pack("<Q", len(text)) + text + data)
                print("ok")
                """));
        Safetensors read = Safetensors.read(folder.resolve("python.safetensors"));
        assertEquals(Map.of("format", "pt", "note", "\u00e9"), read.metadata());
        float[] sevenths = new float[24];
        for (int i = 0; i < 24; i++) {
            sevenths[i] = i / 7f;
        }
        Map<String, NamedArray> arrays = read.arrays();
        assertEquals(NamedArray.of("conv.weight", List.of(2, 3, 2, 2), sevenths), arrays.get("conv.weight"));
        assertEquals(List.of(2, 3), arrays.get("fc.weight").shape());
        assertArrayEquals(new float[]{0, 1 / 3f, 2 / 3f, 1, 4 / 3f, 5 / 3f}, arrays.get("fc.weight").floats(), 1e-3f);
        assertArrayEquals(new float[]{-2.5f, -1.5f, -0.5f, 0.5f, 1.5f, 2.5f}, arrays.get("fc.bias").floats());
        assertEquals(NamedArray.scalar("bn.num_batches_tracked", 78_200), arrays.get("bn.num_batches_tracked"));
        assertEquals(new NamedArray.Integers("ids", List.of(2), new long[]{-1, Integer.MAX_VALUE}), arrays.get("ids"));
        assertEquals(NamedArray.of("\u03b3", List.of(0, 4), new float[0]), arrays.get("\u03b3"));
    }

    @Test
    void shouldWriteWhatPythonReads() throws Exception {
        float[] values = new float[20_000];
        for (int i = 0; i < values.length; i++) {
            values[i] = i * 0.25f;
        }
        values[7] = Float.NaN;
        Map<String, NamedArray> arrays = NamedArray.byName(List.of(NamedArray.of("w\"\u03b3", List.of(3), new float[]{
                1, -2, Float.POSITIVE_INFINITY}), NamedArray.of("fc.weight", List.of(100, 200), values),
                NamedArray.scalar("bn.num_batches_tracked", (1L << 40) + 1), NamedArray.of("none", List.of(0),
                        new float[0])));
        new Safetensors(arrays, Map.of("format", "pt")).write(folder.resolve("lethe.safetensors"));
        assertEquals("ok", Python.run(folder, """
                import json, struct
                import numpy as np
                file = open("lethe.safetensors", "rb").read()
                length, = struct.unpack("<Q", file[:8])
                header, data = json.loads(file[8:8 + length]), file[8 + length:]
                assert length % 8 == 0
                assert header.pop("__metadata__") == {"format": "pt"}
                assert list(header) == ["w\\"\\u03b3", "fc.weight", "bn.num_batches_tracked", "none"], list(header)
                tensors, ranges = {}, []
                for name, info in header.items():
                    begin, end = info["data_offsets"]
                    ranges.append((begin, end))
                    dtype = {"F32": "<f4", "I64": "<i8"}[info["dtype"]]
                    tensors[name] = np.frombuffer(data[begin:end], dtype).reshape(info["shape"])
                ranges.sort()
                assert ranges[0][0] == 0 and ranges[-1][1] == len(data)
                assert all(one[1] == other[0] for one, other in zip(ranges, ranges[1:]))
                assert tensors["w\\"\\u03b3"].tolist() == [1, -2, float("inf")]
                expected = np.arange(20000, dtype="f4").reshape(100, 200) / 4
                expected[0, 7] = np.nan
                np.testing.assert_array_equal(tensors["fc.weight"], expected)
                assert tensors["bn.num_batches_tracked"].shape == ()
                assert tensors["bn.num_batches_tracked"] == 2**40 + 1
                assert tensors["none"].shape == (0,)
                print("ok")
                """));
    }
}
