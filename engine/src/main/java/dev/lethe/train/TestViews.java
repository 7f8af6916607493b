package dev.lethe.train;

import java.util.Arrays;
import java.util.Locale;

/** The views of a test image that a prediction is made of: test-time augmentation. */
public enum TestViews {
    /** The image as it is. */
    NONE,
    /** The image and its mirror image, left to right: their logits are averaged. */
    MIRROR;

    /**
     * Reads {@code none} or {@code mirror}.
     *
     * @throws IllegalArgumentException when the text is neither
     */
    public static TestViews parse(String text) {
        return Arrays.stream(values()).filter(views -> views.text().equals(text)).findFirst()
                .orElseThrow(() -> new IllegalArgumentException("test views '" + text + "': choose none or mirror"));
    }

    /** What {@link #parse} reads. */
    public String text() {
        return name().toLowerCase(Locale.ROOT);
    }
}
