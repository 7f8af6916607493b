package dev.lethe.cli.options;

import dev.lethe.study.Preset;
import dev.lethe.train.TrainingConfig;
import java.util.Locale;

/** Usual configuration and number of epochs for a kind of network. */
public enum Recipe {
    /** The paper's recipe for MNIST. */
    MNIST(10, 10, 200),
    /** The paper's recipe for CIFAR-10. */
    CIFAR(30, 10, 200),
    /** Keller Jordan's recipe for airbench94. */
    AIRBENCH(10, 5, 10);

    private final int epochs;
    private final int quickEpochs;
    private final int paperEpochs;

    Recipe(int epochs, int quickEpochs, int paperEpochs) {
        this.epochs = epochs;
        this.quickEpochs = quickEpochs;
        this.paperEpochs = paperEpochs;
    }

    /** Returns the number of epochs of a single run. */
    public int epochs() {
        return epochs;
    }

    /** Returns the number of epochs of the runs of a study. */
    public int epochs(Preset preset) {
        return preset == Preset.PAPER ? paperEpochs : quickEpochs;
    }

    /** Returns the configuration of a run with a seed and a number of epochs. */
    public TrainingConfig config(long seed, int number) {
        return switch (this) {
            case MNIST -> TrainingConfig.mnist(seed, number);
            case CIFAR -> TrainingConfig.cifar(seed, number);
            case AIRBENCH -> TrainingConfig.airbench(seed, number);
        };
    }

    /** Returns the recipe that fits a network of the zoo. */
    public static Recipe of(String model) {
        return switch (model) {
            case "mnist-cnn", "mlp" -> MNIST;
            case "airbench94" -> AIRBENCH;
            default -> CIFAR;
        };
    }

    /** Returns the name on the command line. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
