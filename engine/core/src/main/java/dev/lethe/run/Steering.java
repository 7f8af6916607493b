package dev.lethe.run;

import dev.lethe.train.TrainerOptions;
import java.util.Map;
import java.util.Objects;

/**
 * Functions of one's own that steer the training of a run: a hook on gradients, a choice of the examples of each epoch,
 * a loss. A run is known by the name that they are given, since functions cannot be written down: others need another
 * name. Equal to others of the same name. Immutable.
 *
 * @param name text that tells the functions apart in a run's configuration; empty for none
 * @param options the functions; their arithmetic is replaced by that of the run's settings
 */
public record Steering(String name, TrainerOptions options) {
    /** No functions. */
    public static final Steering NONE = new Steering("", TrainerOptions.DEFAULT);

    /** Refuses impossible values by a sentence that names them. */
    public Steering {
        Objects.requireNonNull(options, "options");
        if (name.isBlank() && options != TrainerOptions.DEFAULT) {
            throw new IllegalArgumentException(
                    "name='" + name + "' of functions that steer a training: give a text that "
                            + "tells them apart");
        }
    }

    /** Returns the values that identify the functions in {@code config.json}; none for no functions. */
    public Map<String, Object> asMap() {
        return name.isEmpty() ? Map.of() : Map.of("steering", name);
    }

    /** Returns a short label, empty for no functions. */
    public String label() {
        return name;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Steering steering && name.equals(steering.name);
    }

    @Override
    public int hashCode() {
        return name.hashCode();
    }
}
