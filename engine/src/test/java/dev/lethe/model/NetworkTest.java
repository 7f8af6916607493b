package dev.lethe.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class NetworkTest {
    @Test
    void shouldCountTheLogitsOfScaledNetworks() {
        assertEquals(7, Network.of("plain", Layer.linear("fc", 7)).classes());
        assertEquals(7, Network.of("scaled", Layer.linear("fc", 7), Layer.scale(0.5f), Layer.scale(3)).classes());
    }

    @Test
    void shouldRefuseNetworksWithoutLogits() {
        for (Layer last : new Layer[]{Layer.relu(), Layer.gelu(), Layer.globalAveragePool()}) {
            String message = assertThrows(IllegalArgumentException.class,
                    () -> Network.of("odd", Layer.linear("fc", 7), last)).getMessage();
            assertTrue(message.contains("network odd must end with a linear layer"), message);
        }
        assertThrows(IllegalArgumentException.class, () -> Network.of("nothing to scale", Layer.scale(2)));
    }

    @Test
    void shouldRefuseAScaleThatKeepsNothing() {
        assertThrows(IllegalArgumentException.class, () -> Layer.scale(0));
        assertThrows(IllegalArgumentException.class, () -> Layer.scale(Float.NaN));
    }

    @Test
    void shouldRefuseTwoLayersOfOneName() {
        assertThrows(IllegalArgumentException.class,
                () -> Network.of("twins", Layer.linear("fc", 7), Layer.gelu(), Layer.linear("fc", 7)));
    }
}
