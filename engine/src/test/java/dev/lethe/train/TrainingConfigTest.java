package dev.lethe.train;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TrainingConfigTest {
    @ParameterizedTest
    @ValueSource(longs = {1, 9})
    void shouldChangeNothingButTheSeed(long seed) {
        TrainingConfig config = TrainingConfig.airbench(1, 10)
                .withUpdate(new UpdateOptions(2, Set.of(), 0.99, Optional.empty(), 4));
        TrainingConfig other = config.withSeed(seed);
        assertEquals(seed, other.seed());
        assertEquals(config, other.withSeed(1));
    }
}
