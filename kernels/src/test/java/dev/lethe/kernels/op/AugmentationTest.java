package dev.lethe.kernels.op;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lethe.kernels.op.Augmentation.Border;
import dev.lethe.kernels.op.Augmentation.Flip;
import dev.lethe.kernels.op.Augmentation.Movement;
import dev.lethe.kernels.op.Augmentation.View;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AugmentationTest {
    @ParameterizedTest
    @ValueSource(strings = {"none", "crop:4+flip", "reflect:2+flip:alternating+cutout:12", "flip:always", "cutout:16",
            "crop:2:up-left", "reflect:1:down-right+flip:always"})
    void shouldReadWhatItWrites(String text) {
        assertEquals(text, Augmentation.parse(text).toString());
    }

    @Test
    void shouldReadThePapersRecipe() {
        assertEquals(new Augmentation(4, Movement.RANDOM, Border.BLACK, Flip.RANDOM, 0),
                Augmentation.parse("crop:4+flip"));
        assertEquals(Augmentation.cropAndFlip(), Augmentation.parse("flip+crop:4"));
        assertEquals(Augmentation.NONE, Augmentation.parse("crop:0:up-left"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "crop", "crop:x", "crop:-1", "flip:sometimes", "cutout:1:2", "crop:1:up",
            "crop:1:up-left:2", "crop:4++flip", "mixup"})
    void shouldSayWhatItKnows(String text) {
        String message = assertThrows(IllegalArgumentException.class, () -> Augmentation.parse(text)).getMessage();
        assertTrue(message.startsWith("unknown augmentation '") && message.contains("cutout:SIDE"), message);
    }

    @Test
    void shouldDrawEveryMoveEquallyOften() {
        Augmentation augmentation = Augmentation.cropAndFlip();
        int[] down = new int[9];
        int[] right = new int[9];
        int mirrored = 0;
        int draws = 90_000;
        for (int example = 0; example < draws; example++) {
            View view = augmentation.view(1, 3, example, 32, 32);
            down[view.down() + 4]++;
            right[view.right() + 4]++;
            mirrored += view.mirrored() ? 1 : 0;
        }
        for (int i = 0; i < 9; i++) {
            assertEquals(draws / 9.0, down[i], 500, "down " + (i - 4)); // five standard deviations
            assertEquals(draws / 9.0, right[i], 500, "right " + (i - 4));
        }
        assertEquals(draws / 2.0, mirrored, 750);
    }

    @Test
    void shouldMoveAllImagesAlikeWhereToldTo() {
        for (int example = 0; example < 20; example++) {
            View left = Augmentation.parse("crop:3:up-left").view(1, 2, example, 8, 8);
            View right = Augmentation.parse("crop:3:down-right+flip:always").view(1, 2, example, 8, 8);
            assertEquals(new View(3, 3, false, left.coverTop(), left.coverLeft()), left);
            assertEquals(new View(-3, -3, true, right.coverTop(), right.coverLeft()), right);
        }
    }

    @Test
    void shouldAlternateFromARandomStart() {
        Augmentation augmentation = Augmentation.parse("flip:alternating");
        int first = 0;
        for (int example = 0; example < 1000; example++) {
            boolean start = augmentation.view(7, 0, example, 8, 8).mirrored();
            first += start ? 1 : 0;
            assertNotEquals(start, augmentation.view(7, 1, example, 8, 8).mirrored());
            assertEquals(start, augmentation.view(7, 2, example, 8, 8).mirrored());
        }
        assertEquals(500, first, 80);
    }

    @Test
    void shouldCoverEveryCornerButNeverNothing() {
        Augmentation augmentation = Augmentation.parse("cutout:4");
        for (int example = 0; example < 1000; example++) {
            View view = augmentation.view(1, 0, example, 8, 10);
            assertTrue(view.coverTop() >= -2 && view.coverTop() <= 5, view.toString());
            assertTrue(view.coverLeft() >= -2 && view.coverLeft() <= 7, view.toString());
        }
    }

    @Test
    void shouldRefuseMovesBeyondTheImage() {
        assertThrows(IllegalArgumentException.class, () -> Augmentation.parse("crop:8").requireFits(8, 9));
    }
}
