package dev.lethe.study;

import dev.lethe.report.Text;
import java.util.ArrayList;
import java.util.List;

/** The network and the number of epochs of the paper's experiments, which its figures depend on. */
public final class PaperConditions {
    private static final int EPOCHS = 200;

    private PaperConditions() {}

    /** Says in what a study differs from the paper's on the same data; empty where it does not. */
    public static String differences(String data, String model, int epochs) {
        List<String> differences = new ArrayList<>();
        if (epochs != EPOCHS) {
            differences.add(Text.count(epochs, "epoch") + " instead of " + EPOCHS);
        }
        String network = data.endsWith("mnist") ? "mnist-cnn" : "resnet18";
        if (!model.equals(network)) {
            differences.add(model + " instead of " + network);
        }
        return String.join("; ", differences);
    }
}
