package dev.lethe.study;

import java.util.ArrayList;
import java.util.List;

/** How the paper trained, as far as results depend on it. */
public final class PaperSetup {
    private static final int EPOCHS = 200;

    private PaperSetup() {}

    /** In what a study differs, for people; empty where it does not. */
    public static String differences(String data, String model, int epochs) {
        List<String> differences = new ArrayList<>();
        if (epochs != EPOCHS) {
            differences.add(epochs + " epochs instead of " + EPOCHS);
        }
        String network = data.endsWith("mnist") ? "mnist-cnn" : "resnet18";
        if (!model.equals(network)) {
            differences.add(model + " instead of " + network);
        }
        return String.join("; ", differences);
    }
}
