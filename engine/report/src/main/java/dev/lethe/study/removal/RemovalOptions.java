package dev.lethe.study.removal;

import dev.lethe.study.OptionValue;
import dev.lethe.study.StudyOption;
import dev.lethe.study.StudyRequest;
import java.util.List;
import java.util.Locale;

/**
 * Shares of examples to remove, and the length of the runs on the others.
 *
 * @param shares of the training set, each in (0, 1), in ascending order; at least one
 * @param classFloor number of examples of each class that stay in any case
 * @param protocol length of runs on fewer examples
 */
public record RemovalOptions(List<Double> shares, int classFloor, Protocol protocol) {
    private static final StudyOption<Double> SHARES = StudyOption
            .of("--shares", "SHARE", OptionValue.NUMBER, "Shares of the training images to be removed.")
            .with(StudyOption.Arity.SEVERAL).byDefault("0.25,0.5,0.75,0.9");
    private static final StudyOption<Protocol> PROTOCOL = StudyOption
            .of("--protocol", "NAME", OptionValue.constant(Protocol.class),
                    "Whether runs on fewer images have as many epochs as on all, as in the paper, or as many steps.")
            .byDefault(Protocol.EPOCHS.toString());
    private static final StudyOption<Integer> CLASS_FLOOR = StudyOption
            .of("--class-floor", "N", OptionValue.WHOLE_NUMBER,
                    "Images of each class that stay in any case. If a class has no images left, a warning names it.")
            .byDefault("0");

    /** Options of studies that remove examples. */
    public static final List<StudyOption<?>> OPTIONS = List.of(SHARES, PROTOCOL, CLASS_FLOOR);

    /** Length of runs on fewer examples. */
    public enum Protocol {
        /** The number of epochs on all examples. */
        EPOCHS,
        /** The number of steps on all examples. */
        ITERATIONS;

        /** Returns the name on the command line and in results. */
        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** Refuses impossible values by a sentence that names them. */
    public RemovalOptions {
        shares = shares.stream().sorted().distinct().toList();
        shares.stream().filter(share -> !(share > 0 && share < 1)).findFirst().ifPresent(share -> {
            throw new IllegalArgumentException("share to remove=" + share + ": it lies in (0, 1), as in 0.3");
        });
        if (shares.isEmpty()) {
            throw new IllegalArgumentException("shares=[]: give at least one share to remove, as in 0.3");
        }
        if (classFloor < 0) {
            throw new IllegalArgumentException(
                    "classFloor=" + classFloor + ": it is a number of examples, 0 for none");
        }
    }

    /** Reads the options of a request. */
    static RemovalOptions of(StudyRequest request) {
        return new RemovalOptions(request.values(SHARES), request.value(CLASS_FLOOR), request.value(PROTOCOL));
    }
}
