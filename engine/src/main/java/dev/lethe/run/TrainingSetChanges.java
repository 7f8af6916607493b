package dev.lethe.run;

import dev.lethe.data.LabelNoise;
import dev.lethe.data.PixelNoise;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * What a study changes in a training set before a network is trained on it, in this order.
 *
 * @param labelNoise wrong labels
 * @param pixelNoise noise in images
 * @param removal examples that are left out
 */
public record TrainingSetChanges(Optional<LabelNoise> labelNoise, Optional<PixelNoise> pixelNoise,
        Optional<Removal> removal) {
    /** The training set as it is. */
    public static final TrainingSetChanges NONE = new TrainingSetChanges(Optional.empty(), Optional.empty(),
            Optional.empty());

    /** The same with wrong labels. */
    public TrainingSetChanges with(LabelNoise noise) {
        return new TrainingSetChanges(Optional.of(noise), pixelNoise, removal);
    }

    /** The same with noise in images. */
    public TrainingSetChanges with(PixelNoise noise) {
        return new TrainingSetChanges(labelNoise, Optional.of(noise), removal);
    }

    /** The same with fewer examples. */
    public TrainingSetChanges with(Removal other) {
        return new TrainingSetChanges(labelNoise, pixelNoise, Optional.of(other));
    }

    /** In a few words, nothing where nothing is changed. */
    String label() {
        List<String> parts = new ArrayList<>();
        labelNoise.ifPresent(noise -> parts.add(Percent.of(noise.share()) + " " + noise.kind().text()
                + " label noise"));
        pixelNoise.ifPresent(noise -> parts.add("pixel noise " + noise.deviation()));
        removal.ifPresent(removed -> parts.add(removed.label()));
        return parts.stream().collect(Collectors.joining(", "));
    }
}
