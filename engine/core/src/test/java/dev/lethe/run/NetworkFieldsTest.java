package dev.lethe.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.lethe.io.Json;
import dev.lethe.kernels.op.BatchNormSpec;
import dev.lethe.kernels.op.ParameterGroup;
import dev.lethe.kernels.op.PoolSpec;
import dev.lethe.model.Initial;
import dev.lethe.model.Layer;
import dev.lethe.model.ModelZoo;
import dev.lethe.model.Network;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class NetworkFieldsTest {
    /** A network with every layer, and no component at its usual value. */
    private static final Network EVERYTHING = Network.of("everything",
            new Layer.Convolution("first", 8, 5, 2, 1, 3, 1, true, Initial.DIRAC, false),
            new Layer.BatchNorm("norm", new BatchNormSpec(3e-4, 0.3, BatchNormSpec.Statistics.RUNNING), false,
                    new ParameterGroup(64, 0.25f)),
            new Layer.Residual(
                    List.of(new Layer.Convolution("grouped", 8, 3, 1, 1, 1, 4, false, Initial.NORMAL_FAN_OUT, true),
                            new Layer.Residual(List.of(new Layer.Gelu()), List.of())),
                    List.of(new Layer.Relu())),
            new Layer.MaxPool(new PoolSpec(3, 2, 1)), new Layer.AveragePool(new PoolSpec(2, 1, 1)),
            new Layer.GlobalAveragePool(), new Layer.Dropout(0.1f), new Layer.Linear("hidden", 7, false),
            new Layer.Linear("classes", 3, true), new Layer.Scale(1 / 9f));

    static Stream<Network> networks() {
        return Stream.concat(Stream.of(EVERYTHING), StreamSupport.stream(ModelZoo.names().spliterator(), false)
                .map(name -> ModelZoo.create(name, 10)));
    }

    private static ConfigFile written(Map<String, Object> map) {
        return new ConfigFile(Json.normalized(map));
    }

    @ParameterizedTest
    @MethodSource("networks")
    void shouldReadTheLayersThatItWrote(Network network) {
        NetworkSource given = new NetworkSource.Given(network);
        NetworkSource read = NetworkSource.of(written(given.asMap()));
        assertEquals(given, read);
        assertEquals(network, read.create(network.classes()));
        assertEquals(Json.text(given.asMap()), Json.text(read.asMap()));
    }

    @Test
    void shouldKnowANetworkOfTheZooByItsNameAlone() {
        NetworkSource zoo = NetworkSource.of(ModelZoo.create("resnet20", 7));
        assertEquals(NetworkSource.of("resnet20"), zoo);
        assertEquals(Map.of("model", "resnet20"), zoo.asMap());
        NetworkSource other = NetworkSource.of(new Network("resnet20", EVERYTHING.layers()));
        assertInstanceOf(NetworkSource.Given.class, other);
        assertNotEquals(zoo, other);
    }

    @Test
    void shouldRefuseADataSetOfOtherClasses() {
        assertEquals("network everything has classes=3 where the data set has classes=10: give its last linear layer "
                + "as many outputs as there are classes",
                assertThrows(IllegalArgumentException.class, () -> NetworkSource.of(EVERYTHING).create(10))
                        .getMessage());
    }

    @Test
    void shouldRefuseAlteredLayers() {
        assertEquals("config.json has layer=lstm where a kind of layer is needed: it was altered, or written by "
                + "another version", refusal(Map.of("model", "m", "layers", List.of(Map.of("layer", "lstm")))));
        assertEquals("config.json has layers=relu where a list of objects is needed: it was altered, or written by "
                + "another version", refusal(Map.of("model", "m", "layers", "relu")));
        assertEquals("config.json has layers that make no network: network m must end with a linear layer, which "
                + "yields the logits; they may be scaled",
                refusal(Map.of("model", "m", "layers", List.of(Map.of("layer", "relu")))));
    }

    private static String refusal(Map<String, Object> config) {
        return assertThrows(RunException.class, () -> NetworkSource.of(written(config))).getMessage();
    }
}
