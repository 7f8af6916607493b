package dev.lethe.data;

import dev.lethe.kernels.random.Philox;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.IntStream;

/** Choice of the training images that are kept for testing, where a data set has no test images. */
final class TestSplit {
    private static final int NAMED = 5; // classes in a notice
    /** The share of each class that is kept where none was chosen; it is part of old runs, so it stays. */
    private static final double TEST_SHARE = 0.2;

    private TestSplit() {}

    /**
     * Chooses the same share of every class, at least one image and never all; the only image of a class stays.
     *
     * @param source kind and path of what holds the images, for messages
     * @param missing what it has none of, for the notice
     * @param labels labels of all images, by number
     * @param train numbers of training images
     * @param classNames names of the classes, by label
     * @param options share and seed of the choice
     * @param notices receives a sentence about a share that was not asked for, and about classes that are not tested
     * @return whether each image is kept for testing, by number
     */
    static boolean[] keep(String source, String missing, int[] labels, int[] train, List<String> classNames,
            ImageOptions options, Consumer<String> notices) {
        double share = options.testShare().orElse(TEST_SHARE);
        boolean[] kept = new boolean[labels.length];
        int all = 0;
        int[][] members = members(labels, train, classNames.size());
        for (int label = 0; label < members.length; label++) {
            int count = members[label].length;
            if (count > 1) {
                int wanted = Math.clamp(Math.round(count * share), 1, count - 1);
                int[] order = new int[count];
                Philox.permutation(order, options.seed(), Philox.Stream.SPLIT, label);
                for (int i = 0; i < wanted; i++) {
                    kept[members[label][order[i]]] = true;
                }
                all += wanted;
            }
        }
        if (all == 0) {
            throw new DataSetException(source + " has no test images, and one image of each class: "
                    + "at least one class needs 2, of which one is kept for testing");
        }
        if (options.testShare().isEmpty()) {
            notices.accept("no " + missing + ": " + all + " of " + train.length + " images are kept for testing, "
                    + "test share=" + share + " of each class by seed=" + options.seed());
        }
        reportSingle(members, classNames, notices);
        return kept;
    }

    private static void reportSingle(int[][] members, List<String> classNames, Consumer<String> notices) {
        List<String> single = IntStream.range(0, members.length).filter(label -> members[label].length == 1)
                .mapToObj(classNames::get).toList();
        if (!single.isEmpty()) {
            notices.accept("without test images: " + single.size() + " of " + members.length
                    + " classes, whose only image is for training, " + some(single));
        }
    }

    /** Returns the numbers of the images of each class, in their order. */
    private static int[][] members(int[] labels, int[] train, int classes) {
        int[] counts = new int[classes];
        Arrays.stream(train).forEach(i -> counts[labels[i]]++);
        int[][] members = Arrays.stream(counts).mapToObj(int[]::new).toArray(int[][]::new);
        Arrays.fill(counts, 0);
        for (int i : train) {
            members[labels[i]][counts[labels[i]]++] = i;
        }
        return members;
    }

    /**
     * Reports the classes of which no image is tested, since accuracies say nothing of them.
     *
     * @param classNames names of the classes, by label
     * @param tested labels of the test images
     */
    static void reportUntested(List<String> classNames, IntStream tested, Consumer<String> notices) {
        boolean[] present = new boolean[classNames.size()];
        tested.forEach(label -> present[label] = true);
        List<String> without = IntStream.range(0, present.length).filter(label -> !present[label])
                .mapToObj(classNames::get).toList();
        if (!without.isEmpty()) {
            notices.accept("without test images: " + without.size() + " of " + present.length + " classes, "
                    + some(without));
        }
    }

    /** Returns the first names, for a notice. */
    static String some(List<String> names) {
        return String.join(", ", names.subList(0, Math.min(NAMED, names.size())))
                + (names.size() > NAMED ? ", ..." : "");
    }
}
