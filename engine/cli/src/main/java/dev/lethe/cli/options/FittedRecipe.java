package dev.lethe.cli.options;

import dev.lethe.data.DataSet;
import dev.lethe.data.ImageSet;
import dev.lethe.data.NamedDataSet;
import java.util.Locale;
import java.util.OptionalInt;

/**
 * Network, batch and epochs that fit a data set, where none were chosen. Small sets get small batches and many epochs,
 * since in a few steps no network learns more than the largest class.
 *
 * @param model name of the network
 * @param batch presentations in a step; empty for those of the network's recipe
 * @param epochs least number of epochs; empty where that of the network's recipe is enough
 */
record FittedRecipe(String model, OptionalInt batch, OptionalInt epochs) {
    private static final String GRAY = "mnist-cnn";
    private static final String COLOUR = "resnet20";
    private static final String TINY = "mlp";
    /** The number of images from which the recipes of large sets are used. */
    private static final int LARGE = 5_000;
    private static final int STEPS_AN_EPOCH = 8;
    private static final int LEAST_BATCH = 8;
    private static final int EPOCHS = 40;
    private static final int LEAST_SIDE = 8; // of a residual network, which halves it twice
    private static final int LEAST_GRAY_SIDE = 16; // of the network for digits, whose kernels are 5 wide
    private static final int MOST_GRAY_SIDE = 36;
    private static final int LARGE_SIDE = 64;

    /** Returns the recipe of a data set that has a name. */
    static FittedRecipe of(NamedDataSet named) {
        boolean colour = named == NamedDataSet.CIFAR10 || named == NamedDataSet.CIFAR100;
        return new FittedRecipe(colour ? COLOUR : GRAY, OptionalInt.empty(), OptionalInt.empty());
    }

    /** Returns the recipe of images by their size, channels and number. */
    static FittedRecipe of(ImageSet images) {
        String model = model(images);
        if (images.examples() >= LARGE) {
            return new FittedRecipe(model, OptionalInt.empty(), OptionalInt.empty());
        }
        int most = Recipe.of(model).config(1, 1).batch();
        int batch = Math.clamp(Integer.highestOneBit(Math.max(1, images.examples() / STEPS_AN_EPOCH)),
                Math.min(LEAST_BATCH, images.examples()), most);
        return new FittedRecipe(model, OptionalInt.of(batch), OptionalInt.of(EPOCHS));
    }

    private static String model(ImageSet images) {
        int shorter = Math.min(images.height(), images.width());
        int longer = Math.max(images.height(), images.width());
        if (images.channels() == 1 && shorter >= LEAST_GRAY_SIDE && longer <= MOST_GRAY_SIDE) {
            return GRAY;
        }
        return shorter >= LEAST_SIDE ? COLOUR : TINY;
    }

    /** Returns the options of this recipe, and one that makes large images smaller. */
    String text(ImageSet images) {
        Recipe recipe = Recipe.of(model);
        int pixels = images.height() * images.width();
        return "--model " + model + " --batch " + batch.orElse(recipe.config(1, 1).batch()) + " --epochs "
                + epochs.orElse(recipe.epochs())
                + (Math.max(images.height(), images.width()) <= LARGE_SIDE
                        ? ""
                        : ", and --resize " + LARGE_SIDE + " for " + LARGE_SIDE * LARGE_SIDE + " pixels in place of "
                                + pixels);
    }

    /**
     * Returns a sentence that says what was chosen and why.
     *
     * @param trained batch and epochs of the runs
     */
    String reason(DataSet data, String trained) {
        ImageSet images = data.train();
        return String.format(Locale.ROOT, "%,d images of %d x %d x %d, %d classes: %s, %s (--model, --batch and "
                + "--epochs choose others)", images.examples(), images.height(), images.width(), images.channels(),
                data.classes(), model, trained);
    }
}
