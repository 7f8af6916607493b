package dev.lethe.run;

import dev.lethe.data.LabelNoise;
import dev.lethe.data.PixelNoise;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
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

    /** Returns the noise by name, for {@code config.json} and {@code study.json}; none where there is none. */
    public Map<String, Object> noiseAsMap() {
        Map<String, Object> map = new LinkedHashMap<>();
        labelNoise.ifPresent(noise -> map.putAll(noise.asMap()));
        boolean oneSeed = labelNoise.isEmpty() || pixelNoise.isEmpty()
                || labelNoise.get().seed() == pixelNoise.get().seed();
        pixelNoise.ifPresent(noise -> map.putAll(oneSeed ? noise.asMap() : noise.besideLabelNoise()));
        return map;
    }

    /** Returns a short label, empty where nothing is changed. */
    String label() {
        List<String> parts = new ArrayList<>();
        labelNoise.ifPresent(noise -> parts.add(Percent.of(noise.share()) + " " + noise.kind().text()
                + " label noise"));
        pixelNoise.ifPresent(noise -> parts.add("pixel noise " + noise.deviation()));
        removal.ifPresent(removed -> parts.add(removed.label()));
        return parts.stream().collect(Collectors.joining(", "));
    }
}
