package dev.lethe.study;

import dev.lethe.model.ModelZoo;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import java.util.stream.StreamSupport;

/**
 * The kind of an option's values: their type and their reader.
 *
 * @param type type of a value
 * @param choices texts that help and completion offer; empty where there are too many to list
 * @param reader reader of a text; it refuses others with an {@link IllegalArgumentException} that says what they are
 *        not
 * @param <T> type of a value
 */
public record OptionValue<T>(Class<T> type, List<String> choices, Function<String, T> reader) {
    /** Any text. */
    public static final OptionValue<String> TEXT = new OptionValue<>(String.class, List.of(), text -> text);
    /** The path of a file. */
    public static final OptionValue<Path> FILE = new OptionValue<>(Path.class, List.of(), Path::of);
    /** The name of a network. */
    public static final OptionValue<String> NETWORK = oneOf(ModelZoo.names());
    /** A whole number. */
    public static final OptionValue<Integer> WHOLE_NUMBER = number(Integer.class, Integer::valueOf, "an int");
    /** A number. */
    public static final OptionValue<Double> NUMBER = number(Double.class, Double::valueOf, "a double");

    /** Keeps copies that do not change. */
    public OptionValue {
        choices = List.copyOf(choices);
    }

    private static <N extends Number> OptionValue<N> number(Class<N> type, Function<String, N> reader, String kind) {
        return new OptionValue<>(type, List.of(), text -> {
            try {
                return reader.apply(text);
            } catch (NumberFormatException e) {
                throw new IllegalArgumentException("'" + text + "' is not " + kind, e);
            }
        });
    }

    /** Returns the kind of a text that is usually one of the choices; whoever uses the text refuses others. */
    public static OptionValue<String> oneOf(Iterable<String> choices) {
        return new OptionValue<>(String.class, StreamSupport.stream(choices.spliterator(), false).toList(),
                text -> text);
    }

    /** Returns the kind of the constants of an enum, whose {@code toString} gives the text to be typed. */
    public static <E extends Enum<E>> OptionValue<E> constant(Class<E> type) {
        List<E> constants = List.of(type.getEnumConstants());
        return new OptionValue<>(type, constants.stream().map(Enum::toString).toList(), text -> constants.stream()
                .filter(constant -> constant.toString().equalsIgnoreCase(text)).findFirst()
                .orElseThrow(() -> new IllegalArgumentException("expected one of "
                        + Arrays.toString(constants.stream().map(Enum::name).toArray())
                        + " (case-insensitive) but was '"
                        + text + "'")));
    }
}
