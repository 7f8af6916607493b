package dev.lethe.data;

import dev.lethe.kernels.op.Normalization;
import dev.lethe.tracker.Sha256;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.BitSet;
import java.util.HexFormat;
import java.util.List;

/**
 * A training set, a test set, and the names of their classes.
 *
 * @param name name of the data set, as in {@code --data}
 * @param train images that a network learns from
 * @param test images that a network is tested on
 * @param classNames names of the classes, by label
 * @param normalization scale and shift of every pixel
 */
public record DataSet(String name, ImageSet train, ImageSet test, List<String> classNames,
        Normalization normalization) {
    private static final long DIGESTED_AT_ONCE = 1 << 30;

    /** Refuses impossible values by a sentence that names them. */
    public DataSet {
        classNames = List.copyOf(classNames);
        if (classNames.size() < 2) {
            throw new DataSetException(
                    "data set " + name + " has classes=" + classNames.size() + ": at least 2 are needed");
        }
        requireSameImages(name, train, test);
        if (normalization.channels() != train.channels()) {
            throw new DataSetException("data set " + name + " has channels=" + train.channels()
                    + ", its normalisation is for channels=" + normalization.channels());
        }
        requireLabels(name + " (train)", train, classNames.size());
        requireLabels(name + " (test)", test, classNames.size());
    }

    /**
     * Makes a data set that is normalised with the mean and the standard deviation of the training pixels, channel by
     * channel.
     *
     * @throws DataSetException when there are fewer than two classes, the images of both sets are not alike, or a label
     *         is no class
     */
    public static DataSet of(String name, ImageSet train, ImageSet test, List<String> classNames) {
        return new DataSet(name, train, test, classNames, PixelStatistics.normalization(train));
    }

    private static void requireSameImages(String name, ImageSet train, ImageSet test) {
        if (train.height() != test.height() || train.width() != test.width() || train.channels() != test.channels()) {
            throw new DataSetException("data set " + name + " trains on images of " + train.height() + " x "
                    + train.width() + " x " + train.channels() + " and tests on " + test.height() + " x " + test.width()
                    + " x " + test.channels() + ": they must be alike");
        }
    }

    private static void requireLabels(String what, ImageSet images, int classes) {
        for (int i = 0; i < images.examples(); i++) {
            if (images.label(i) < 0 || images.label(i) >= classes) {
                throw new DataSetException(what + " has label=" + images.label(i) + " at example " + i
                        + ": labels lie between 0 and " + (classes - 1));
            }
        }
    }

    /**
     * Returns the images with other training labels, and so with another {@link #fingerprint}.
     *
     * @param labels label of each training example, each a class
     * @throws DataSetException when they are more or fewer, or one of them is no class
     */
    public DataSet withTrainLabels(int[] labels) {
        if (labels.length != train.examples()) {
            throw new DataSetException("got labels=" + labels.length + " for the " + train.examples()
                    + " training examples of data set " + name + ": give one for each");
        }
        return new DataSet(name, train.withLabels(labels), test, classNames, normalization);
    }

    /**
     * Returns the data set with fewer training examples, numbered anew from 0.
     *
     * @param kept ids of the examples that stay, each once, in the order of their new ids
     * @throws DataSetException when there is none, or an id is no training example or comes twice
     */
    public DataSet withTrainExamples(int[] kept) {
        BitSet found = new BitSet(train.examples());
        for (int id : kept) {
            if (id < 0 || id >= train.examples()) {
                throw new DataSetException("got id=" + id + " where the " + train.examples()
                        + " training examples of data set " + name + " are numbered from 0");
            }
            if (found.get(id)) {
                throw new DataSetException("got id=" + id + " of data set " + name + " twice: give each example once");
            }
            found.set(id);
        }
        if (kept.length == 0) {
            throw new DataSetException("no training example of data set " + name + " would be left: keep at least one");
        }
        return new DataSet(name, train.select(kept), test, classNames, normalization);
    }

    /** Returns the number of classes. */
    public int classes() {
        return classNames.size();
    }

    /** Returns the SHA-256 of the sizes, training images and training labels, on which a tracked history depends. */
    public byte[] fingerprint() {
        MessageDigest digest = Sha256.digest();
        ByteBuffer sizes = ByteBuffer.allocate(5 * Integer.BYTES).putInt(train.examples()).putInt(train.height())
                .putInt(train.width()).putInt(train.channels()).putInt(classes());
        digest.update(sizes.flip());
        update(digest, train.pixels());
        update(digest, train.labels());
        return digest.digest();
    }

    /**
     * Returns the SHA-256 of the test images, test labels and normalisation, on which the results of a run depend too.
     */
    public byte[] testFingerprint() {
        MessageDigest digest = Sha256.digest();
        update(digest, test.pixels());
        update(digest, test.labels());
        digest.update(normalization.toString().getBytes(StandardCharsets.UTF_8));
        return digest.digest();
    }

    /** Adds memory to a digest, in parts because a buffer has at most 2 GiB. */
    private static void update(MessageDigest digest, MemorySegment memory) {
        for (long at = 0; at < memory.byteSize(); at += DIGESTED_AT_ONCE) {
            digest.update(memory.asSlice(at, Math.min(DIGESTED_AT_ONCE, memory.byteSize() - at)).asByteBuffer());
        }
    }

    /** Returns the {@link #fingerprint} in hexadecimal. */
    public String fingerprintHex() {
        return HexFormat.of().formatHex(fingerprint());
    }
}
