package dev.lethe.train;

import dev.lethe.kernels.op.Augmentation;
import dev.lethe.kernels.op.Augmentation.Border;
import dev.lethe.kernels.op.Augmentation.Flip;
import dev.lethe.kernels.op.Augmentation.Movement;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The views of a test image that a prediction is made of: test-time augmentation. Their logits are averaged. */
public enum TestViews {
    /** The image as it is. */
    NONE(List.of(List.of(Augmentation.NONE))),
    /** The image and its mirror image, left to right. */
    MIRROR(List.of(withMirrorImages(Augmentation.NONE))),
    /**
     * The six of airbench94: these two weigh as much as four, the image moved by a pixel up and left, and down and
     * right, each with its mirror image. The image continues beyond its borders as if it stood between mirrors.
     */
    MIRROR_SHIFT(List.of(withMirrorImages(Augmentation.NONE),
            withMirrorImages(moved(Movement.UP_LEFT), moved(Movement.DOWN_RIGHT))));

    private final List<List<Augmentation>> groups;

    TestViews(List<List<Augmentation>> groups) {
        this.groups = groups;
    }

    private static Augmentation moved(Movement movement) {
        return new Augmentation(1, movement, Border.REFLECT, Flip.NEVER, 0);
    }

    private static List<Augmentation> withMirrorImages(Augmentation... views) {
        return Stream.of(views).flatMap(view -> Stream.of(view,
                new Augmentation(view.padding(), view.movement(), view.border(), Flip.ALWAYS, 0))).toList();
    }

    /** The views in groups of the same weight. */
    List<List<Augmentation>> groups() {
        return groups;
    }

    /** The views. */
    Stream<Augmentation> all() {
        return groups.stream().flatMap(List::stream);
    }

    /**
     * Reads {@code none}, {@code mirror} or {@code mirror+shift}.
     *
     * @throws IllegalArgumentException when the text is none of them
     */
    public static TestViews parse(String text) {
        return Arrays.stream(values()).filter(views -> views.text().equals(text)).findFirst()
                .orElseThrow(() -> new IllegalArgumentException("test views '" + text + "': choose one of "
                        + Arrays.stream(values()).map(TestViews::text).collect(Collectors.joining(", "))));
    }

    /** What {@link #parse} reads. */
    public String text() {
        return name().toLowerCase(Locale.ROOT).replace('_', '+');
    }
}
