package dev.lethe.cli.options;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.lethe.data.ImageSet;
import dev.lethe.data.NamedDataSet;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FittedRecipeTest {
    @ParameterizedTest
    @CsvSource({"368, 32, 32, 3, resnet20, 32, 40", "60, 28, 28, 1, mnist-cnn, 8, 40", "3, 8, 8, 3, resnet20, 3, 40",
            "4999, 16, 16, 1, mnist-cnn, 64, 40", "4999, 32, 32, 3, resnet20, 128, 40",
            "700, 64, 48, 1, resnet20, 64, 40",
            "500, 4, 4, 1, mlp, 32, 40"})
    void shouldFitSmallSets(int images, int height, int width, int channels, String model, int batch, int epochs) {
        assertEquals(new FittedRecipe(model, OptionalInt.of(batch), OptionalInt.of(epochs)),
                FittedRecipe.of(images(images, height, width, channels)));
    }

    private static ImageSet images(int examples, int height, int width, int channels) {
        return ImageSet.of(new byte[examples * height * width * channels], new int[examples], height, width, channels);
    }

    @Test
    void shouldLeaveLargeSetsTheirRecipes() {
        assertEquals(new FittedRecipe("resnet20", OptionalInt.empty(), OptionalInt.empty()),
                FittedRecipe.of(images(5_000, 8, 8, 3)));
        assertEquals("mnist-cnn", FittedRecipe.of(NamedDataSet.FASHION_MNIST).model());
        assertEquals("resnet20", FittedRecipe.of(NamedDataSet.CIFAR10).model());
    }
}
