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

/** Views of a test image whose logits are averaged to a prediction: test-time augmentation. */
public enum TestViews {
    /** The image alone. */
    NONE(List.of(List.of(Augmentation.NONE))),
    /** The image and its mirror image, left to right. */
    MIRROR(List.of(withMirrorImages(Augmentation.NONE))),
    /**
     * Six views of airbench94: the image and its mirror image weigh as much as four others, the image moved by a pixel
     * up and left, and down and right, each with its mirror image. Moved images are padded by reflection.
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

    /** Returns the views in groups of the same weight. */
    List<List<Augmentation>> groups() {
        return groups;
    }

    /** Returns all views. */
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

    /** Returns the name that {@link #parse} reads. */
    public String text() {
        return name().toLowerCase(Locale.ROOT).replace('_', '+');
    }
}
