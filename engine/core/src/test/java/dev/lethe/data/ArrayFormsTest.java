package dev.lethe.data;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lethe.train.checkpoint.Python;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The forms in which people save arrays, each of which must be the data set of uint8 and int64 that Python has. */
class ArrayFormsTest {
    private static final String SET = """
            import os
            import numpy as np
            rng = np.random.default_rng(1)
            def make(n, *shape):
                return rng.integers(0, 256, (n, *shape), dtype=np.uint8)
            x, y = make(40, 6, 5, 3), np.arange(40) % 4
            tx, ty = make(12, 6, 5, 3), np.arange(12) % 4
            gray, tgray = x[..., 0].copy(), tx[..., 0].copy()
            def folder(name, a, b, c, d, names="train_images train_labels test_images test_labels"):
                os.makedirs(name)
                for file, array in zip(names.split(), (a, b, c, d)):
                    np.save(name + "/" + file + ".npy", array)
            folder("colour", x, y, tx, ty)
            folder("gray", gray, y, tgray, ty)
            """;

    @TempDir
    private Path folder;

    private DataSet load(String name, List<String> notices) {
        return DataSets.load(folder.resolve(name).toString(), DataOptions.NONE, notices::add);
    }

    private DataSet load(String name) {
        return load(name, new ArrayList<>());
    }

    private static String fingerprint(DataSet data) {
        return data.fingerprintHex() + HexFormat.of().formatHex(data.testFingerprint());
    }

    private void assertAlike(String expected, String... names) {
        String fingerprint = fingerprint(load(expected));
        for (String name : names) {
            assertEquals(fingerprint, fingerprint(load(name)), name);
        }
    }

    private String refusal(String name) {
        return assertThrows(DataSetException.class, () -> load(name)).getMessage();
    }

    private List<String> notices(String name) {
        List<String> notices = new ArrayList<>();
        load(name, notices);
        return notices.stream().map(notice -> notice.replace(folder + "/", "")).toList();
    }

    @Test
    void shouldReadImagesOfEveryTypeOrderAndShape() throws Exception {
        String names = Python.run(folder,
                SET + """
                        def both(name, f):
                            folder("colour_" + name, f(x), y, f(tx), ty)
                            folder("gray_" + name, f(gray), y, f(tgray), ty)
                        for code in "u2 i2 u4 i4 u8 i8 f2 f4 f8".split():
                            for order in "<>":
                                both(code + order.replace("<", "l").replace(">", "b"), lambda a: a.astype(order + code))
                        for code in "f2 f4 f8".split():
                            both("unit_" + code, lambda a: (a / 255).astype(code))
                        both("fortran", np.asfortranarray)
                        both("fortran_f4", lambda a: np.asfortranarray((a / 255).astype("f4")))
                        folder("colour_planes", x.transpose(0, 3, 1, 2), y, tx.transpose(0, 3, 1, 2), ty)
                        folder("colour_planes_f4", x.transpose(0, 3, 1, 2) / 255, y, tx.transpose(0, 3, 1, 2) / 255, ty)
                        planes, tplanes = x.transpose(0, 3, 1, 2), tx.transpose(0, 3, 1, 2)
                        folder("colour_planes_fortran", np.asfortranarray(planes), y, tplanes, ty)
                        folder("colour_mixed", x, y, tx.astype("f4"), ty)
                        folder("gray_channel", gray[..., None], y, tgray[..., None], ty)
                        folder("gray_plane", gray[:, None], y, tgray[:, None], ty)
                        folder("gray_keras", gray, y, tgray, ty, "x_train y_train x_test y_test")
                        folder("gray_capital", gray, y, tgray, ty, "X_train Y_train X_test Y_test")
                        folder("gray_swapped", gray, y, tgray, ty, "images_train labels_train images_test labels_test")
                        folder("gray_val", gray, y, tgray, ty, "trainX trainY valX valY")
                        print("\\n".join(sorted(name for name in os.listdir(".") if "_" in name)))
                        """);
        assertEquals(56, names.lines().count());
        assertAlike("colour", names.lines().filter(name -> name.startsWith("colour")).toArray(String[]::new));
        assertAlike("gray", names.lines().filter(name -> name.startsWith("gray")).toArray(String[]::new));
        assertEquals(List.of(), notices("colour"));
        assertEquals(List
                .of("colour_unit_f4/train_images.npy is an array of descr='<f4' shape=(40, 6, 5, 3) of values from 0 "
                        + "to 1: they are multiplied by 255 and rounded to pixels of one byte"),
                notices("colour_unit_f4"));
        assertEquals(List
                .of("gray_i8b/train_images.npy is an array of descr='>i8' shape=(40, 6, 5) of values from 0 to 255: "
                        + "they are taken as pixels of one byte"),
                notices("gray_i8b"));
        assertEquals(
                "colour_planes/train_images.npy has the axes (examples, channels, height, width), which are read as "
                        + "(examples, height, width, channels)",
                notices("colour_planes").getFirst());
        assertEquals("train_images.npy[7]", load("colour_planes").train().origins().get(7));
    }

    @Test
    void shouldReadFlatRowsOfSquares() throws Exception {
        Python.run(folder, SET + """
                sx, stx = make(40, 6, 6), make(12, 6, 6)
                folder("square", sx, y, stx, ty)
                folder("flat", sx.reshape(40, 36), y, stx.reshape(12, 36), ty)
                """);
        assertAlike("square", "flat");
        assertEquals("flat/train_images.npy has rows of 36 numbers, which are taken for gray images of 6 x 6",
                notices("flat").getFirst());
    }

    @Test
    void shouldReadBitsAsBlackAndWhite() throws Exception {
        Python.run(folder, SET + """
                bits, tbits = gray > 127, tgray > 127
                folder("expected", bits * np.uint8(255), y, tbits * np.uint8(255), ty)
                folder("bool", bits, y, tbits, ty)
                folder("float", bits * 1.0, y, tbits * 1.0, ty)
                """);
        assertAlike("expected", "bool", "float");
    }

    @Test
    void shouldRefuseValuesThatAreNotPixelsForCertain() throws Exception {
        Python.run(folder, SET + """
                def bad(name, f):
                    folder(name, f(x.astype("f8")), y, f(tx.astype("f8")), ty)
                bad("signed", lambda a: a / 127.5 - 1)
                bad("normalised", lambda a: (a - 120) / 60)
                bad("positive", lambda a: a / 60)
                bad("dark", lambda a: a / 255 / 255)
                bad("deep", lambda a: a * 257)
                bad("infinite", lambda a: np.where(a == 255, np.inf, a))
                folder("int8", x.astype("i1"), y, tx.astype("i1"), ty)
                folder("unlike", x, y, tx / 255, ty)
                """);
        assertTrue(
                refusal("signed").endsWith("of values from -1 to 1, which are no pixels: save ((a + 1) * 127.5).round()"
                        + ".astype(np.uint8) if they are in -1..1"),
                refusal("signed"));
        assertTrue(refusal("normalised")
                .endsWith("of values from -2 to 2.250, which were normalised, or are no pixels: save "
                        + "(a * deviation + mean).round().clip(0, 255).astype(np.uint8)"),
                refusal("normalised"));
        assertTrue(refusal("positive")
                .endsWith("of values from 0 to 4.250, which may be those of 0..1, 0..255 or normalised "
                        + "ones: save a.round().astype(np.uint8) if they are in 0..255"),
                refusal("positive"));
        assertTrue(refusal("dark")
                .endsWith("to 0.003922, which may be those of 0..1, 0..255 or normalised ones: save (a * "
                        + "255).round().astype(np.uint8) if they are in 0..1"),
                refusal("dark"));
        assertTrue(
                refusal("deep")
                        .endsWith("to 65535, where pixels are in 0..255: save (a * (255 / WHITE)).round().astype("
                                + "np.uint8), where WHITE is the value of white, as 65535 of 16 bits"),
                refusal("deep"));
        assertTrue(
                refusal("infinite")
                        .startsWith(folder.resolve("infinite/train_images.npy") + " has infinity at element "),
                refusal("infinite"));
        assertTrue(refusal("int8").contains("of values from -128 to 127, which were normalised"), refusal("int8"));
        assertTrue(refusal("unlike").startsWith(folder.resolve("unlike/test_images.npy").toString())
                && refusal("unlike")
                        .endsWith("where the other images are uint8: save (a * 255).round().astype(np.uint8)"),
                refusal("unlike"));
    }

    @Test
    void shouldReadLabelsOfEveryForm() throws Exception {
        String names = Python.run(folder, SET + """
                def labels(name, f):
                    folder("labels_" + name, gray, f(y), tgray, f(ty))
                for code in "i1 u1 >i2 u2 i4 >u4 i8 u8 f2 >f4 f8".split():
                    labels(code.replace(">", "b"), lambda a: a.astype(code))
                    labels(code.replace(">", "b") + "_column", lambda a: a.astype(code)[:, None])
                    labels(code.replace(">", "b") + "_hot", lambda a: np.eye(4, dtype=code)[a])
                labels("row", lambda a: a[None])
                labels("hot_bool", lambda a: np.eye(4, dtype=bool)[a])
                labels("hot_fortran", lambda a: np.asfortranarray(np.eye(4)[a]))
                labels("text", lambda a: a.astype(str))
                labels("bytes", lambda a: a.astype("S1"))
                labels("names", lambda a: np.array(["ant", "bee", "cat", "dog"])[a])
                labels("from_one", lambda a: a + 1)
                labels("gaps", lambda a: a * a + 7)
                print("\\n".join(sorted(name for name in os.listdir(".") if "_" in name)))
                """);
        assertEquals(41, names.lines().count());
        assertAlike("gray", names.lines().toArray(String[]::new));
        assertEquals(List.of("0", "1", "2", "3"), load("labels_f8_hot").classNames());
        assertEquals(List.of("ant", "bee", "cat", "dog"), load("labels_names").classNames());
        assertEquals(List.of("1", "2", "3", "4"), load("labels_from_one").classNames());
        assertEquals(List
                .of("labels of labels_from_one/train_labels.npy lie between 1 and 4: classes are the 4 that occur, 1, "
                        + "2, 3, 4"),
                notices("labels_from_one"));
        assertEquals(
                List.of("labels of labels_gaps/train_labels.npy lie between 7 and 16 with gaps: classes are the 4 that "
                        + "occur, 7, 8, 11, 16"),
                notices("labels_gaps"));
    }

    @Test
    void shouldReadTwoClassesBySign() throws Exception {
        Python.run(folder, SET + """
                folder("signs", gray, y % 2 * 2 - 1, tgray, ty % 2 * 2 - 1)
                folder("two", gray, y % 2, tgray, ty % 2)
                folder("unlabelled", gray, y - 1, tgray, ty)
                folder("ids", np.repeat(gray, 30, 0), np.arange(1200), tgray, ty)
                folder("objects", gray, np.array([["a", "b"][i % 2] for i in y], object), tgray, ty)
                folder("empty", gray, np.array(["", "b"])[y % 2], tgray, np.array(["b"] * 12))
                """);
        assertAlike("two", "signs");
        assertEquals(List.of("-1", "1"), load("signs").classNames());
        assertTrue(refusal("unlabelled").contains("has label=-1 at example 0, which may mean that it has none"),
                refusal("unlabelled"));
        assertTrue(
                refusal("ids").endsWith("has classes=1200 for images=1200, which are ids or measurements rather than "
                        + "labels: give the class of each image"),
                refusal("ids"));
        assertTrue(refusal("objects").contains("descr='|O' is not a type that is read here"), refusal("objects"));
        assertTrue(refusal("empty").endsWith("has an empty label at example 0: name its class"), refusal("empty"));
    }

    @Test
    void shouldReadOneArchive() throws Exception {
        Python.run(folder,
                SET + """
                        np.savez("keras.npz", x_train=gray, y_train=y, x_test=tgray, y_test=ty)
                        np.savez_compressed("scikit.npz", X_train=gray / 255, Y_train=y, X_test=tgray / 255, Y_test=ty)
                        medmnist = {"train_images": gray, "train_labels": y[:, None], "val_images": gray[:4],
                                    "val_labels": y[:4, None], "test_images": tgray, "test_labels": ty[:, None]}
                        np.savez_compressed("medmnist.npz", **medmnist, info=np.array(1))
                        os.makedirs("alone")
                        np.savez("alone/x.npz", train_images=gray, train_labels=y, val_images=tgray, val_labels=ty)
                        os.makedirs("several")
                        np.savez("several/a.npz", x=gray, y=y)
                        np.savez("several/b.npz", x=gray, y=y)
                        np.savez("unknown.npz", gray, y)
                        np.savez("half.npz", x_train=gray)
                        np.savez("twice.npz", x_train=gray, train_images=gray, y_train=y)
                        """);
        assertAlike("gray", "keras.npz", "scikit.npz", "medmnist.npz", "alone");
        assertEquals("keras", load("keras.npz").name());
        assertEquals("medmnist.npz/train_images[3]", load("medmnist.npz").train().origins().get(3));
        assertEquals(List.of("not read: info of archive medmnist.npz", "not read: val_images, val_labels of archive "
                + "medmnist.npz"), notices("medmnist.npz"));
        assertEquals("folder " + folder.resolve("several") + " holds archives=2: name one of them, as in "
                + folder.resolve("several/a.npz"), refusal("several"));
        assertTrue(refusal("unknown.npz").startsWith("archive " + folder.resolve("unknown.npz")
                + " has no array of training images, but arr_0, arr_1: call its arrays x_train and y_train, or"),
                refusal("unknown.npz"));
        assertTrue(refusal("half.npz").contains(" has an array x_train but none of the labels for training"),
                refusal("half.npz"));
        assertTrue(
                refusal("twice.npz").endsWith(" has arrays x_train and train_images, which mean the same: leave one"),
                refusal("twice.npz"));
    }

    @Test
    void shouldKeepAShareForTestingWithoutTestImages() throws Exception {
        Python.run(folder, SET + """
                np.savez("all.npz", x=gray, y=y)
                os.makedirs("files")
                np.save("files/images.npy", gray)
                np.save("files/labels.npy", y)
                """);
        DataSet data = load("all.npz");
        assertEquals(32, data.train().examples());
        assertEquals(8, data.test().examples());
        for (int label = 0; label < 4; label++) {
            int wanted = label;
            assertEquals(2, IntStream.range(0, 8).filter(i -> data.test().label(i) == wanted).count());
        }
        assertEquals(
                List.of("no array of test images: 8 of 40 images are kept for testing, test share=0.2 of each class by "
                        + "seed=0"),
                notices("all.npz"));
        assertAlike("all.npz", "files");
        DataSet half = DataSets.load(folder.resolve("files").toString(),
                DataOptions.NONE.withImages(ImageOptions.NONE.withTestShare(0.5, 7)), notice -> {});
        assertEquals(20, half.test().examples());
        String kept = data.test().origins().get(0);
        int id = Integer.parseInt(kept.substring(kept.indexOf('[') + 1, kept.length() - 1));
        assertEquals(id % 4, data.test().label(0));
        assertTrue(assertThrows(DataSetException.class, () -> DataSets.load(folder.resolve("gray").toString(),
                DataOptions.NONE.withImages(ImageOptions.NONE.withTestShare(0.5, 7)), notice -> {})).getMessage()
                .contains(" has test images, and test share=0.5 asks for others: leave it out, or take test_images, "
                        + "test_labels away"));
        assertTrue(assertThrows(DataSetException.class, () -> DataSets.load(folder.resolve("gray").toString(),
                DataOptions.NONE.withImages(ImageOptions.NONE.withSkipBad()), notice -> {})).getMessage()
                .contains("is not a folder of images"));
    }

    /** A data set keeps its layout beside arrays and archives that are none of its files. */
    @Test
    void shouldLeaveOtherLayoutsAsTheyWere() throws IOException {
        StripedImages.write(folder.resolve("idx"), 30, 10);
        String before = fingerprint(load("idx"));
        for (String name : List.of("features.npz", "labels.npy", "images.npy", "y_train.npy", "scores.npy")) {
            Files.write(folder.resolve("idx").resolve(name), new byte[3]);
        }
        assertEquals(before, fingerprint(load("idx")));
    }
}
