package dev.lethe.run;

import dev.lethe.data.DataSet;
import dev.lethe.data.LabelNoise;
import dev.lethe.data.PixelNoise;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Changes that a study makes to a training set before a network is trained on it: wrong labels, then noise in images,
 * then examples that are left out. Immutable; {@link #NONE} is where others begin.
 */
public final class TrainingSetChanges {
    /** No changes. */
    public static final TrainingSetChanges NONE = new TrainingSetChanges(new Values(null, null, null));

    private final Values values;

    /** Values of the changes, each null for none. */
    private record Values(@Nullable LabelNoise labelNoise, @Nullable PixelNoise pixelNoise,
            @Nullable Removal removal) {}

    private TrainingSetChanges(Values values) {
        this.values = values;
    }

    /** Returns the wrong labels. */
    public Optional<LabelNoise> labelNoise() {
        return Optional.ofNullable(values.labelNoise);
    }

    /** Returns the noise in images. */
    public Optional<PixelNoise> pixelNoise() {
        return Optional.ofNullable(values.pixelNoise);
    }

    /** Returns which examples are left out. */
    public Optional<Removal> removal() {
        return Optional.ofNullable(values.removal);
    }

    /** Returns these changes with other wrong labels. */
    public TrainingSetChanges with(LabelNoise noise) {
        return new TrainingSetChanges(
                new Values(Objects.requireNonNull(noise, "labelNoise"), values.pixelNoise, values.removal));
    }

    /** Returns these changes with other noise in images. */
    public TrainingSetChanges with(PixelNoise noise) {
        return new TrainingSetChanges(
                new Values(values.labelNoise, Objects.requireNonNull(noise, "pixelNoise"), values.removal));
    }

    /** Returns these changes with other examples left out. */
    public TrainingSetChanges with(Removal other) {
        return new TrainingSetChanges(
                new Values(values.labelNoise, values.pixelNoise, Objects.requireNonNull(other, "removal")));
    }

    /** Returns the changes of labels alone. */
    public TrainingSetChanges labelsOnly() {
        return new TrainingSetChanges(new Values(values.labelNoise, null, null));
    }

    /** Returns a data set with the wrong labels and the noise; no example is left out. */
    public DataSet withNoise(DataSet data) {
        DataSet labelled = labelNoise().map(noise -> noise.applyTo(data)).orElse(data);
        return pixelNoise().map(noise -> noise.applyTo(labelled)).orElse(labelled);
    }

    /** Returns the noise by name, for {@code config.json} and {@code study.json}; empty if there is none. */
    public Map<String, Object> noiseAsMap() {
        Map<String, Object> map = new LinkedHashMap<>();
        labelNoise().ifPresent(noise -> map.putAll(noise.asMap()));
        boolean oneSeed = values.labelNoise == null || values.pixelNoise == null
                || values.labelNoise.seed() == values.pixelNoise.seed();
        pixelNoise().ifPresent(noise -> map.putAll(oneSeed ? noise.asMap() : noise.besideLabelNoise()));
        return map;
    }

    /** Returns a short label, empty if nothing is changed. */
    String label() {
        List<String> parts = new ArrayList<>();
        labelNoise().ifPresent(noise -> parts.add(Percent.of(noise.share()) + " " + noise.kind().text()
                + " label noise"));
        pixelNoise().ifPresent(noise -> parts.add("pixel noise " + noise.deviation()));
        removal().ifPresent(removed -> parts.add(removed.label()));
        return parts.stream().collect(Collectors.joining(", "));
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof TrainingSetChanges changes && values.equals(changes.values);
    }

    @Override
    public int hashCode() {
        return values.hashCode();
    }

    @Override
    public String toString() {
        return values.toString();
    }
}
