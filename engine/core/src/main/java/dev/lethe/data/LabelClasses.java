package dev.lethe.data;

import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;

/**
 * Classes of a data set whose files have labels only: those that its training labels have. Numbers are in their order
 * and named by themselves, texts in the order of their UTF-16 units.
 */
final class LabelClasses {
    /** The most classes that need not have several images each: more are ids or measurements that were given. */
    private static final int MANY = 1000;
    private static final int SEVERAL = 2;
    private static final long[] SIGNS = {-1, 1}; // of the two classes of a binary classifier

    private final String file;
    private final List<String> names;
    private final long @Nullable [] numbers; // null where labels are texts

    private LabelClasses(String file, List<String> names, long @Nullable [] numbers) {
        this.file = file;
        this.names = names;
        this.numbers = numbers;
    }

    /**
     * Labels of examples in a file.
     *
     * @param file name of the file, for messages
     * @param numbers label of each example; null where they are texts
     * @param texts label of each example; none where they are numbers
     */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    record Labels(String file, long @Nullable [] numbers, List<String> texts) {
        static Labels of(String file, long[] numbers) {
            return new Labels(file, numbers, List.of());
        }

        static Labels of(String file, List<String> texts) {
            return new Labels(file, null, texts);
        }

        int count() {
            return numbers == null ? texts.size() : numbers.length;
        }

        /** Returns a label as text: the name of its class. */
        String text(int example) {
            return numbers == null ? texts.get(example) : Long.toString(numbers[example]);
        }
    }

    /**
     * Returns the classes that occur.
     *
     * @param train labels of the training examples
     * @param notices receives a sentence where numbers do not begin with 0 or have gaps
     */
    static LabelClasses of(Labels train, Consumer<String> notices) {
        LabelClasses classes = train.numbers == null ? ofTexts(train) : ofNumbers(train, train.numbers, notices);
        int count = classes.names.size();
        if (count > MANY && (long) count * SEVERAL > train.count()) {
            throw new DataSetException(train.file + " has classes=" + count + " for images=" + train.count()
                    + ", which are ids or measurements rather than labels: give the class of each image");
        }
        return classes;
    }

    private static LabelClasses ofTexts(Labels train) {
        int empty = train.texts.indexOf("");
        if (empty >= 0) {
            throw new DataSetException(train.file + " has an empty label at example " + empty + ": name its class");
        }
        return new LabelClasses(train.file, train.texts.stream().distinct().sorted().toList(), null);
    }

    private static LabelClasses ofNumbers(Labels train, long[] labels, Consumer<String> notices) {
        long[] sorted = labels.clone();
        Arrays.sort(sorted);
        long[] numbers = Arrays.stream(sorted).distinct().toArray();
        if (numbers[0] < 0 && !Arrays.equals(numbers, SIGNS)) {
            throw new DataSetException(train.file + " has label=" + numbers[0] + " at example " + at(labels, numbers[0])
                    + ", which may mean that it has none: leave such images out, or number the classes from 0");
        }
        List<String> names = LongStream.of(numbers).mapToObj(Long::toString).toList();
        long last = numbers[numbers.length - 1];
        if (numbers[0] != 0 || last != numbers.length - 1) {
            notices.accept("labels of " + train.file + " lie between " + numbers[0] + " and " + last
                    + (last - numbers[0] == numbers.length - 1 ? "" : " with gaps") + ": classes are the "
                    + numbers.length + " that occur, " + TestSplit.some(names));
        }
        return new LabelClasses(train.file, names, numbers);
    }

    private static int at(long[] labels, long label) {
        int example = 0;
        while (labels[example] != label) {
            example++;
        }
        return example;
    }

    /** Returns the names of the classes. */
    List<String> names() {
        return names;
    }

    /**
     * Returns the class of each example.
     *
     * @param labels labels of training or test examples
     * @throws DataSetException when a label is no class
     */
    int[] of(Labels labels) {
        int[] classes = new int[labels.count()];
        if ((labels.numbers == null) != (numbers == null)) {
            throw new DataSetException(labels.file + " holds " + kind(labels.numbers) + " where " + file + " holds "
                    + kind(numbers) + ": name the classes alike");
        }
        for (int i = 0; i < classes.length; i++) {
            classes[i] = numbers == null || labels.numbers == null
                    ? Collections.binarySearch(names, labels.texts.get(i))
                    : Arrays.binarySearch(numbers, labels.numbers[i]);
            if (classes[i] < 0) {
                throw new DataSetException(labels.file + " has label=" + labels.text(i) + " at example " + i
                        + ", which no image of " + file + " has: add some, or leave the image out");
            }
        }
        return classes;
    }

    private static String kind(long @Nullable [] numbers) {
        return numbers == null ? "texts" : "numbers";
    }
}
