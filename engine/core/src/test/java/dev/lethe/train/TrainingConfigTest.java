package dev.lethe.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.lethe.kernels.op.Augmentation;
import dev.lethe.kernels.op.Optimizer;
import dev.lethe.model.DecayExemption;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TrainingConfigTest {
    private static final TrainingConfig BASE = TrainingConfig.of(new Optimizer.Sgd(0.9f, true, 5e-4f));

    @ParameterizedTest
    @ValueSource(longs = {1, 9})
    void shouldChangeNothingButTheSeed(long seed) {
        TrainingConfig config = TrainingConfig.airbench(1, 10)
                .withUpdate(UpdateOptions.NONE.withClipNorm(2).withAverageDecay(0.99).withParts(4));
        TrainingConfig other = config.withSeed(seed);
        assertEquals(seed, other.seed());
        assertEquals(config, other.withSeed(1));
    }

    @Test
    void shouldBeginWithASmallRecipe() {
        assertEquals(new TrainingConfig(1, 1, 64, 0.01f, new Optimizer.Sgd(0.9f, true, 5e-4f), Schedule.constant(),
                Augmentation.NONE, 0, UpdateOptions.NONE, TestViews.NONE), BASE);
    }

    @Test
    void shouldChangeOneValueInEachStep() throws ReflectiveOperationException {
        Map<String, TrainingConfig> changed = Map.of("seed", BASE.withSeed(7), "epochs", BASE.withEpochs(7), "batch",
                BASE.withBatch(7), "learningRate", BASE.withLearningRate(7), "optimizer",
                BASE.withOptimizer(Optimizer.AdamW.standard()), "schedule",
                BASE.withSchedule(Schedule.parse("cosine")), "augmentation",
                BASE.withAugmentation(Augmentation.cropAndFlip()), "labelSmoothing", BASE.withLabelSmoothing(0.7f),
                "update", BASE.withUpdate(UpdateOptions.NONE.withParts(2)), "testViews",
                BASE.withTestViews(TestViews.MIRROR));
        for (Map.Entry<String, TrainingConfig> entry : changed.entrySet()) {
            List<String> differing = new ArrayList<>();
            for (RecordComponent component : TrainingConfig.class.getRecordComponents()) {
                Object value = component.getAccessor().invoke(entry.getValue());
                if (!value.equals(component.getAccessor().invoke(BASE))) {
                    differing.add(component.getName());
                }
            }
            assertEquals(List.of(entry.getKey()), differing);
        }
        assertEquals(Arrays.stream(TrainingConfig.class.getRecordComponents()).map(RecordComponent::getName).sorted()
                .toList(), changed.keySet().stream().sorted().toList(), "each value has a step");
    }

    @Test
    void shouldRefusePartsThatDoNotDivideTheBatch() {
        UpdateOptions inThree = UpdateOptions.NONE.withParts(3);
        assertEquals(3, BASE.withBatch(33).withUpdate(inThree).update().parts());
        assertEquals("batch=64 cannot be computed in 3 equal parts: choose a multiple of 3",
                assertThrows(IllegalArgumentException.class, () -> BASE.withUpdate(inThree)).getMessage());
    }

    @Test
    void shouldChangeOneOptionOfTheUpdateInEachStep() {
        UpdateOptions all = UpdateOptions.NONE.withClipNorm(2).withDecayExemptions(Set.of(DecayExemption.BIAS))
                .withParts(4)
                .withAverageDecay(0.5);
        assertEquals(2, all.clipNorm());
        assertEquals(Set.of(DecayExemption.BIAS), all.decayExemptions());
        assertEquals(4, all.parts());
        assertEquals(0.5, all.averageDecay());
        assertEquals(Optional.empty(), all.lookahead());
        UpdateOptions slow = all.withAverageDecay(0).withLookahead(Lookahead.airbench());
        assertEquals(Optional.of(Lookahead.airbench()), slow.lookahead());
        assertNotEquals(all, slow);
        assertEquals(all, slow.withoutLookahead().withAverageDecay(0.5));
        assertEquals(all.hashCode(), slow.withoutLookahead().withAverageDecay(0.5).hashCode());
        assertThrows(NullPointerException.class, () -> all.withLookahead(null));
    }
}
