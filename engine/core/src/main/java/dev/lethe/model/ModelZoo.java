package dev.lethe.model;

import static dev.lethe.model.Layer.convolution;
import static dev.lethe.model.Layer.linear;
import static dev.lethe.model.Layer.maxPool;
import static dev.lethe.model.Layer.relu;

import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.IntFunction;

/** Networks that have a name. */
public final class ModelZoo {
    private static final Map<String, IntFunction<Network>> MODELS = new TreeMap<>(Map.of(
            "mnist-cnn", ModelZoo::mnistCnn,
            "mlp", ModelZoo::mlp,
            "resnet18", classes -> ResNets.basic("resnet18", List.of(2, 2, 2, 2), classes),
            "resnet34", classes -> ResNets.basic("resnet34", List.of(3, 4, 6, 3), classes),
            "resnet20", ResNets::resnet20,
            "wrn-28-10", classes -> WideResNets.network("wrn-28-10", 28, 10, 0.3f, classes),
            "airbench94", Airbench::airbench94));

    private ModelZoo() {}

    /** Returns the names that {@link #create} knows. */
    public static Iterable<String> names() {
        return MODELS.keySet();
    }

    /**
     * Creates a network of the zoo.
     *
     * @param name name of the network, as in {@code --model}
     * @param classes number of classes, and of logits
     * @throws IllegalArgumentException naming the choices when there is no network of that name
     */
    public static Network create(String name, int classes) {
        requireKnown(name);
        return Objects.requireNonNull(MODELS.get(name)).apply(classes);
    }

    /** Finds a network of the zoo. */
    public static Optional<Network> find(String name, int classes) {
        return Optional.ofNullable(MODELS.get(name)).map(factory -> factory.apply(classes));
    }

    /** Verifies that there is a network of that name. */
    public static void requireKnown(String name) {
        if (!MODELS.containsKey(name)) {
            throw new IllegalArgumentException("unknown model '" + name + "': choose " + String.join(", ", names()));
        }
    }

    /** Creates the paper's network for MNIST, without its dropout: Toneva et al., ICLR 2019, section 4. */
    private static Network mnistCnn(int classes) {
        return Network.of("mnist-cnn", convolution("conv1", 10, 5), maxPool(2), relu(), convolution("conv2", 20, 5),
                maxPool(2), relu(), linear("fc1", 50), relu(), linear("fc2", classes));
    }

    private static Network mlp(int classes) {
        return Network.of("mlp", linear("fc1", 512), relu(), linear("fc2", 512), relu(), linear("fc3", classes));
    }
}
