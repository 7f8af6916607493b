package dev.lethe.data;

import java.util.List;
import java.util.Objects;
import java.util.function.IntFunction;

/**
 * Places that the examples of a set come from, as tables and reports name them: the path of an image file below the
 * folder of its data set, such as {@code train/cat/1.png}, or a position in a file of many images, such as {@code
 * train_images.npy[5]}. Immutable.
 */
public final class Origins {
    private final int examples;
    private final IntFunction<String> places;
    private final IntFunction<String> captions;

    private Origins(int examples, IntFunction<String> places, IntFunction<String> captions) {
        this.examples = examples;
        this.places = places;
        this.captions = captions;
    }

    /** Makes the places of as many examples. */
    public static Origins of(List<String> places) {
        List<String> copy = List.copyOf(places);
        return new Origins(copy.size(), copy::get, example -> copy.get(example).replaceFirst("^.*/", ""));
    }

    /**
     * Makes the places of examples that follow each other in one file or array, from position 0.
     *
     * @param container name of the file or array; may be empty
     */
    public static Origins positions(String container, int examples) {
        Objects.requireNonNull(container, "container");
        return new Origins(examples, example -> container + "[" + example + "]", example -> "#" + example);
    }

    /** Returns the places of these examples and then of others. */
    public Origins followedBy(Origins others) {
        return new Origins(examples + others.examples,
                example -> example < examples ? get(example) : others.get(example - examples),
                example -> example < examples ? caption(example) : others.caption(example - examples));
    }

    /** Returns the places of these examples, in this order. */
    Origins select(int[] chosen) {
        return new Origins(chosen.length, example -> get(chosen[example]), example -> caption(chosen[example]));
    }

    /** Returns the number of examples. */
    public int examples() {
        return examples;
    }

    /**
     * Returns the place of an example.
     *
     * @throws IndexOutOfBoundsException when there is no such example
     */
    public String get(int example) {
        return places.apply(Objects.checkIndex(example, examples));
    }

    /**
     * Returns the place in short, as for below a picture: a file's name without its folders, or {@code #5}.
     *
     * @throws IndexOutOfBoundsException when there is no such example
     */
    public String caption(int example) {
        return captions.apply(Objects.checkIndex(example, examples));
    }

    @Override
    public String toString() {
        return examples == 0 ? "no examples" : get(0) + " to " + get(examples - 1);
    }
}
