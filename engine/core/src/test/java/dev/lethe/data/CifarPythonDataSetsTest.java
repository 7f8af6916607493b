package dev.lethe.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lethe.train.checkpoint.Python;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CifarPythonDataSetsTest {
    private static final int IMAGE = 3072;
    private static final List<String> BATCHES = List.of("data_batch_1", "data_batch_2", "data_batch_3", "data_batch_4",
            "data_batch_5", "test_batch");
    private static final List<String> NAMES = List.of("airplane", "automobile", "bird", "cat", "deer", "dog", "frog",
            "horse",
            "ship", "truck");

    @TempDir
    private Path folder;

    /** Writes a file of both versions, whose n-th batch begins with class n, the pickle as Python 2 writes CIFAR's. */
    private void write(String name, String labelsKey, int coarse, int... labels) throws IOException {
        Random random = new Random(name.hashCode());
        byte[] pixels = new byte[labels.length * IMAGE];
        random.nextBytes(pixels);
        ByteArrayOutputStream binary = new ByteArrayOutputStream();
        for (int i = 0; i < labels.length; i++) {
            for (int before = 0; before < coarse; before++) {
                binary.write(1);
            }
            binary.write(labels[i]);
            binary.write(pixels, i * IMAGE, IMAGE);
        }
        Files.createDirectories(folder.resolve("bin"));
        Files.write(folder.resolve("bin").resolve(name + ".bin"), binary.toByteArray());
        StringBuilder list = new StringBuilder();
        Arrays.stream(labels).forEach(label -> list.append('K').append((char) label));
        Files.createDirectories(folder.resolve("py"));
        Files.write(folder.resolve("py").resolve(name), batch(labelsKey, list.toString(), labels.length, pixels));
    }

    private static byte[] batch(String labelsKey, String labels, int examples, byte[] pixels) {
        return ("\u0080\u0002}q\u0001(U\u000bbatch_labelU\u0003oneU" + (char) labelsKey.length() + labelsKey + "]("
                + labels
                + "eU\u0004datacnumpy.core.multiarray\n_reconstruct\ncnumpy\nndarray\nK\0\u0085U\u0001b\u0087R(K"
                + "\u0001K" + (char) examples + "M\0\u000c\u0086cnumpy\ndtype\nU\u0002u1K\0K\u0001\u0087R(K\u0003U"
                + "\u0001|NNNJ\u00ff\u00ff\u00ff\u00ffJ\u00ff\u00ff\u00ff\u00ffK\0tb\u0089T"
                + littleEndian(pixels.length)
                + new String(pixels, StandardCharsets.ISO_8859_1) + "tbU\u0009filenames](U\u0005a.pnge" + "u.")
                .getBytes(StandardCharsets.ISO_8859_1);
    }

    private static String littleEndian(int number) {
        return "" + (char) (number & 0xff) + (char) (number >> 8 & 0xff) + (char) (number >> 16 & 0xff)
                + (char) (number >>> 24);
    }

    private void writeCifar10() throws IOException {
        for (int i = 0; i < BATCHES.size(); i++) {
            write(BATCHES.get(i), "labels", 0, i, 9 - i, 7);
        }
    }

    private void assertAlike(Path python) {
        DataSet expected = DataSets.load(folder.resolve("bin").toString());
        DataSet read = DataSets.load(python.toString());
        assertEquals(expected.fingerprintHex(), read.fingerprintHex());
        assertArrayEquals(expected.testFingerprint(), read.testFingerprint());
        assertEquals(expected.classNames(), read.classNames());
    }

    private String refusal() {
        return assertThrows(DataSetException.class, () -> DataSets.load(folder.resolve("py").toString())).getMessage();
    }

    @Test
    void shouldReadCifar10AsItsBinaryVersion() throws IOException {
        writeCifar10();
        assertAlike(folder.resolve("py"));
        Files.write(folder.resolve("bin/batches.meta.txt"), NAMES);
        StringBuilder names = new StringBuilder();
        NAMES.forEach(name -> names.append('U').append((char) name.length()).append(name));
        Files.writeString(folder.resolve("py/batches.meta"), "\u0080\u0002}(U\u000blabel_names](" + names + "eu.",
                StandardCharsets.ISO_8859_1);
        assertAlike(folder.resolve("py"));
        DataSet read = DataSets.load(folder.resolve("py").toString());
        assertEquals("horse", read.classNames().get(read.train().label(2)));
        assertEquals("data_batch_2[1]", read.train().origins().get(4));
    }

    @Test
    void shouldFindTheFolderAsItIsUnpacked() throws IOException {
        writeCifar10();
        Path unpacked = folder.resolve("data/cifar-10-batches-py");
        Files.createDirectory(folder.resolve("data"));
        Files.move(folder.resolve("py"), unpacked);
        Files.writeString(folder.resolve("data/cifar-10-python.tar.gz"), "");
        assertAlike(unpacked.getParent());
        assertEquals(List.of(unpacked.getParent(), unpacked), DataSets.folders(unpacked.getParent().toString()));
    }

    @Test
    void shouldReadTheFineLabelsOfCifar100() throws IOException {
        write("train", "fine_labels", 1, 99, 0, 42, 7);
        write("test", "fine_labels", 1, 42, 99);
        assertAlike(folder.resolve("py"));
        assertEquals(42, DataSets.load(folder.resolve("py").toString()).train().label(2));
    }

    /** Covers Python 3, in which keys and content may be bytes, and lists arrays. */
    @Test
    void shouldReadWhatPython3PicklesAgain() throws Exception {
        writeCifar10();
        Python.run(folder, """
                import os, pickle
                import numpy as np
                forms = {"bytes": lambda d: {k.encode(): v.tobytes() if k == "data" else v for k, v in d.items()},
                         "array": lambda d: {**d, "labels": np.array(d["labels"])},
                         "planes": lambda d: {**d, "data": d["data"].reshape(-1, 3, 32, 32)}}
                for form, change in forms.items():
                    for protocol in 0, 2, 5:
                        os.makedirs(form + str(protocol))
                        for name in os.listdir("py"):
                            value = pickle.load(open("py/" + name, "rb"), encoding="latin1")
                            pickle.dump(change(value), open(form + str(protocol) + "/" + name, "wb"), protocol=protocol)
                """);
        for (String form : List.of("bytes", "array", "planes")) {
            for (int protocol : new int[]{0, 2, 5}) {
                assertAlike(folder.resolve(form + protocol));
            }
        }
    }

    @Test
    void shouldNameWhatIsMissingOrAltered() throws IOException {
        writeCifar10();
        Path third = folder.resolve("py/data_batch_3");
        byte[] whole = Files.readAllBytes(third);
        Files.write(third, Arrays.copyOf(whole, whole.length / 2));
        assertTrue(refusal().startsWith("file=" + third + " byte=") && refusal().contains(": truncated, "), refusal());
        Files.write(third, batch("labels", "K\1K\12", 2, new byte[2 * IMAGE]));
        assertEquals(
                third + " has label=10.0 at example 1: labels of CIFAR-10 lie between 0 and 9, so it is altered or "
                        + "another version",
                refusal());
        Files.write(third, batch("labels", "K\1", 2, new byte[2 * IMAGE]));
        assertEquals(third + " has labels=1 and bytes=6144 of images, of which each has 3072: it is altered or not the "
                + "Python version of CIFAR-10", refusal());
        Files.write(third, batch("fine_labels", "K\1", 1, new byte[IMAGE]));
        assertEquals(third
                + " has no 'labels' but batch_label, fine_labels, data, filenames: it is altered or not the Python "
                + "version of CIFAR-10", refusal());
        Files.writeString(third, "cos\nsystem\n(S'touch ran'\ntR.");
        assertTrue(
                refusal().contains("global=os.system is none of NumPy's functions for arrays of numbers: refused, not "
                        + "run"),
                refusal());
        Files.delete(third);
        assertEquals("folder " + folder.resolve("py") + " has no file data_batch_3: the Python version of CIFAR-10 has "
                + "data_batch_1, data_batch_2, data_batch_3, data_batch_4, data_batch_5 and test_batch", refusal());
        Files.write(third, whole);
        Files.writeString(folder.resolve("py/batches.meta"), "\u0080\u0002}(U\u000blabel_names](U\u0003cateu.",
                StandardCharsets.ISO_8859_1);
        assertEquals(folder.resolve("py/batches.meta") + " has names=1 for classes=10: restore it, or delete it",
                refusal());
    }
}
