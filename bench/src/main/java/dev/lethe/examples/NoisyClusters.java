package dev.lethe.examples;

import java.util.Random;

/**
 * A small problem whose hard examples are known: points around three centres, close enough to overlap, and every
 * twentieth with the label of another class.
 *
 * @param points coordinates of the points, (examples, 2)
 * @param labels given labels, (examples)
 */
public record NoisyClusters(float[][] points, int[] labels) {
    /** The number of classes. */
    public static final int CLASSES = 3;

    private static final int MISLABELLED_EACH = 20;
    private static final float RADIUS = 3;

    /** Draws the examples, equally many of each class. */
    public static NoisyClusters draw(int examples, long seed) {
        Random random = new Random(seed);
        float[][] points = new float[examples][];
        int[] labels = new int[examples];
        for (int example = 0; example < examples; example++) {
            int cluster = example % CLASSES;
            double angle = 2 * Math.PI * cluster / CLASSES;
            points[example] = new float[]{(float) (RADIUS * Math.cos(angle) + random.nextGaussian()),
                    (float) (RADIUS * Math.sin(angle) + random.nextGaussian())};
            labels[example] = mislabelled(example) ? (cluster + 1) % CLASSES : cluster;
        }
        return new NoisyClusters(points, labels);
    }

    /** Tells whether the example's label is wrong. */
    public static boolean mislabelled(int example) {
        return example % MISLABELLED_EACH == 0;
    }
}
