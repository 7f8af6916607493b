package dev.lethe.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.lethe.kernels.op.BatchNormSpec;
import dev.lethe.kernels.op.ParameterGroup;
import dev.lethe.kernels.op.PoolSpec;
import dev.lethe.kernels.tensor.Shape;
import dev.lethe.kernels.tensor.Tensor;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Layers made by their factories, and the values and names that they refuse. */
class LayerTest {
    private static final Layer.Convolution CONVOLUTION = Layer.convolution("conv", 6, 3);

    static Stream<Arguments> impossible() {
        return Stream.of(
                refused(() -> Layer.convolution("conv", 0, 3), "layer conv has outputs=0: at least 1 is needed"),
                refused(() -> Layer.convolution("conv", 6, -1), "layer conv has kernel=-1: at least 1 is needed"),
                refused(() -> CONVOLUTION.stride(0), "layer conv has stride=0: at least 1 is needed"),
                refused(() -> CONVOLUTION.padding(-1), "layer conv has padding=-1: at least 0 is needed"),
                refused(() -> CONVOLUTION.dilation(0), "layer conv has dilation=0: at least 1 is needed"),
                refused(() -> CONVOLUTION.groups(0), "layer conv has groups=0: at least 1 is needed"),
                refused(() -> CONVOLUTION.groups(4),
                        "layer conv has groups=4 and outputs=6: choose groups that divide the outputs"),
                refused(() -> Layer.convolution(" ", 6, 3), "a convolution has the name ' ': give it one, with which "
                        + "the names of its weights begin"),
                refused(() -> Layer.batchNorm(""), "a batch normalisation has the name '': give it one, with which "
                        + "the names of its weights begin"),
                refused(() -> Layer.linear("", 3), "a linear layer has the name '': give it one, with which the names "
                        + "of its weights begin"),
                refused(() -> Layer.linear("fc", 0), "layer fc has outputs=0: at least 1 is needed"),
                refused(() -> Layer.batchNorm("bn").spec(0, 0.1), "batch norm epsilon=0.0: it must be above 0"),
                refused(() -> Layer.maxPool(0), "pooling window=0, stride=0: both must be at least 1"),
                refused(() -> Layer.averagePool(3, 1, 2), "pooling padding=2: it lies between 0 and half of window=3"),
                refused(() -> Layer.dropout(1), "dropout probability=1.0: it lies in [0, 1)"),
                refused(() -> Layer.scale(Float.NaN), "scale factor=NaN: it must be a number other than 0"),
                refused(() -> Layer.scale(0), "scale factor=0.0: it must be a number other than 0"),
                refused(Layer::residual, "a residual needs at least one layer in its main branch"));
    }

    private static Arguments refused(Supplier<Layer> layer, String message) {
        return Arguments.of(layer, message);
    }

    @ParameterizedTest
    @MethodSource("impossible")
    void shouldRefuseImpossibleValues(Supplier<Layer> layer, String message) {
        assertEquals(message, assertThrows(IllegalArgumentException.class, layer::get).getMessage());
    }

    @Test
    void shouldMakeEveryLayer() {
        assertEquals(new Layer.MaxPool(new PoolSpec(3, 2, 1)), Layer.maxPool(3, 2, 1));
        assertEquals(new Layer.AveragePool(new PoolSpec(2, 2, 0)), Layer.averagePool(2));
        assertEquals(new Layer.AveragePool(new PoolSpec(3, 1, 1)), Layer.averagePool(3, 1, 1));
        assertEquals(new Layer.Dropout(0.25f), Layer.dropout(0.25f));
        assertEquals(new Layer.Scale(0.5f), Layer.scale(0.5f));
        assertEquals(new Layer.Residual(List.of(CONVOLUTION), List.of(Layer.relu())),
                Layer.residual(CONVOLUTION).shortcut(Layer.relu()));
        assertEquals(new Layer.Convolution("conv", 6, 3, 2, 1, 4, 3, true, Initial.UNIFORM_FAN_IN, true),
                CONVOLUTION.stride(2).padding(1).dilation(4).groups(3));
        ParameterGroup group = new ParameterGroup(64, 0.5f);
        assertEquals(new Layer.BatchNorm("bn", new BatchNormSpec(1e-3, 0.2, BatchNormSpec.Statistics.RUNNING), false,
                group),
                Layer.batchNorm("bn").spec(1e-3, 0.2).withFrozenStatistics().withFrozenScale().group(group));
    }

    @Test
    void shouldRefuseANetworkWithoutAName() {
        assertEquals("a network has the name ' ': give it one, by which messages and runs tell it apart",
                assertThrows(IllegalArgumentException.class, () -> Network.of(" ", Layer.linear("fc", 2)))
                        .getMessage());
    }

    @ParameterizedTest
    @ValueSource(strings = {"mnist-cnn", "mlp", "resnet18", "resnet20", "wrn-28-10", "airbench94"})
    void shouldNameTheWeightsOfEachLayer(String model) {
        Network network = ModelZoo.create(model, 10);
        List<String> expected = new NetworkOps(network, Shape.of(1, 32, 32, 3)).persistent().stream().map(Tensor::name)
                .toList();
        assertEquals(expected, network.weightNames().values().stream().flatMap(List::stream).toList());
        network.weightNames().forEach((layer, names) -> names
                .forEach(name -> assertEquals(layer, name.substring(0, name.lastIndexOf('.')))));
    }
}
