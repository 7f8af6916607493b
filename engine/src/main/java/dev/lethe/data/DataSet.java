package dev.lethe.data;

import dev.lethe.kernels.Normalization;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;

/**
 * A training set, a test set and what their labels mean.
 *
 * @param name as in {@code --data}
 * @param train what a network learns from
 * @param test what it is judged by
 * @param classNames by label
 * @param normalization applied to every image
 */
public record DataSet(String name, ImageSet train, ImageSet test, List<String> classNames,
        Normalization normalization) {
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

    public int classes() {
        return classNames.size();
    }

    /** SHA-256 of everything that a tracked history depends on: sizes, training images and training labels. */
    public byte[] fingerprint() {
        MessageDigest digest;
        try {
            digest = MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
        ByteBuffer sizes = ByteBuffer.allocate(5 * Integer.BYTES).putInt(train.examples()).putInt(train.height())
                .putInt(train.width()).putInt(train.channels()).putInt(classes());
        digest.update(sizes.flip());
        digest.update(train.pixels().asByteBuffer());
        digest.update(train.labels().asByteBuffer());
        return digest.digest();
    }

    /** {@link #fingerprint} in hexadecimal. */
    public String fingerprintHex() {
        return HexFormat.of().formatHex(fingerprint());
    }
}
