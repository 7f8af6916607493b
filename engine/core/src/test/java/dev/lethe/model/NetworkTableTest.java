package dev.lethe.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lethe.kernels.tensor.Shape;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NetworkTableTest {
    /** Parameters are PyTorch's counts; FLOPs come from the formula of each layer. */
    @ParameterizedTest
    @CsvSource({"mnist-cnn, 28, 1, 21840, 961000", "resnet18, 32, 3, 11173962, 1110845440",
            "resnet20, 32, 3, 272474, 81626368", "wrn-28-10, 32, 3, 36479194, 10486657536",
            "airbench94, 32, 3, 1971352, 236294720"})
    void shouldCountParametersAndFlops(String model, int side, int channels, long parameters, long flops) {
        NetworkTable table = NetworkTable.of(ModelZoo.create(model, 10), Shape.of(1, side, side, channels));
        assertEquals(parameters, table.parameters());
        assertEquals(flops, table.flops());
        assertTrue(table.toString().lines().skip(1).allMatch(line -> line.length() == table.toString().indexOf('\n')),
                table.toString());
    }
}
