package dev.lethe.run;

import dev.lethe.model.ModelZoo;
import dev.lethe.model.Network;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** Source of the network of a run: a name of the zoo, or the network itself. Immutable. */
public sealed interface NetworkSource {
    /** Name of the network's name in {@code config.json}. */
    String MODEL = "model";
    /** Name of the layers of a network that is not of the zoo in {@code config.json}. */
    String LAYERS = "layers";

    /** Returns the network of the zoo with a name, as in {@code --model}; the name is looked up when it is created. */
    static NetworkSource of(String model) {
        return new Zoo(model);
    }

    /** Returns a network that is there already; one that the zoo has, under the same name, is that of the zoo. */
    static NetworkSource of(Network network) {
        return ModelZoo.find(network.name(), network.classes()).equals(Optional.of(network))
                ? new Zoo(network.name())
                : new Given(network);
    }

    /** Reads the values that {@link #asMap} gives. */
    static NetworkSource of(ConfigFile config) {
        String model = config.text(MODEL);
        return config.has(LAYERS) ? new Given(NetworkFields.read(model, config)) : new Zoo(model);
    }

    /** Returns the name of the network. */
    String name();

    /**
     * Returns the network for a data set.
     *
     * @param classes number of classes of the data set
     * @throws IllegalArgumentException when the zoo has no such network, or the network has other logits
     */
    Network create(int classes);

    /** Returns the values that describe the network in {@code config.json}. */
    Map<String, Object> asMap();

    /** Returns the layers of a network that is not of the zoo, under another name; nothing for one that is. */
    default Map<String, Object> layersAs(String key) {
        Map<String, Object> map = new LinkedHashMap<>();
        Optional.ofNullable(asMap().get(LAYERS)).ifPresent(layers -> map.put(key, layers));
        return map;
    }

    /**
     * Network of the zoo.
     *
     * @param name name of the network, as in {@code --model}
     */
    record Zoo(String name) implements NetworkSource {
        @Override
        public Network create(int classes) {
            return ModelZoo.create(name, classes);
        }

        @Override
        public Map<String, Object> asMap() {
            return Map.of(MODEL, name);
        }
    }

    /**
     * Network as a value.
     *
     * @param network the network
     */
    record Given(Network network) implements NetworkSource {
        @Override
        public String name() {
            return network.name();
        }

        @Override
        public Network create(int classes) {
            if (network.classes() != classes) {
                throw new IllegalArgumentException("network " + network.name() + " has classes=" + network.classes()
                        + " where the data set has classes=" + classes + ": give its last linear layer as many outputs "
                        + "as there are classes");
            }
            return network;
        }

        @Override
        public Map<String, Object> asMap() {
            Map<String, Object> map = new LinkedHashMap<>();
            map.put(MODEL, network.name());
            map.put(LAYERS, NetworkFields.of(network));
            return map;
        }
    }
}
