package dev.lethe.data;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;

/** A small data set that is quickly learned: 16 x 16 pixels of noise, with a bright stripe whose place is the label. */
public final class StripedImages {
    /** Number of labels, from 0 on. */
    public static final int CLASSES = 4;

    private StripedImages() {}

    /** Writes IDX files to a new folder and returns it. */
    public static Path write(Path folder, int train, int test) throws IOException {
        Files.createDirectory(folder);
        writeSplit(folder, "train", train);
        writeSplit(folder, "t10k", test);
        return folder;
    }

    private static void writeSplit(Path folder, String split, int examples) throws IOException {
        Random random = new Random(examples);
        ByteArrayOutputStream images = new ByteArrayOutputStream();
        ByteArrayOutputStream labels = new ByteArrayOutputStream();
        DataOutputStream imageStream = new DataOutputStream(images);
        DataOutputStream labelStream = new DataOutputStream(labels);
        for (int header : new int[]{0x803, examples, 16, 16}) {
            imageStream.writeInt(header);
        }
        labelStream.writeInt(0x801);
        labelStream.writeInt(examples);
        for (int i = 0; i < examples; i++) {
            int label = random.nextInt(CLASSES);
            labels.write(label);
            for (int p = 0; p < 256; p++) {
                images.write(random.nextInt(100) + (p / 64 == label ? 150 : 0));
            }
        }
        Files.write(folder.resolve(split + "-images-idx3-ubyte"), images.toByteArray());
        Files.write(folder.resolve(split + "-labels-idx1-ubyte"), labels.toByteArray());
    }
}
