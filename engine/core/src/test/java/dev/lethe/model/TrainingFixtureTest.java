package dev.lethe.model;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Results of the fixture's formula compared with those of Python. */
class TrainingFixtureTest {
    @ParameterizedTest
    @ValueSource(strings = {"resnet18", "wrn28_2", "airbench94"})
    void shouldMakeTheWeightsThatTheScriptMade(String name) throws IOException {
        TrainingFixture fixture = TrainingFixture.load(name);
        double[] expected = fixture.numbers("initial_sums");
        List<TrainingFixture.State> states = fixture.states();
        assertEquals(expected.length, states.size());
        for (int i = 0; i < expected.length; i++) {
            double sum = 0;
            for (float value : fixture.initial(states.get(i).name())) {
                sum += value;
            }
            assertEquals(expected[i], sum, 1e-8 * Math.max(1, Math.abs(expected[i])), states.get(i).name());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"resnet18", "wrn28_2", "airbench94"})
    void shouldMakeTheImagesThatTheScriptMade(String name) throws IOException {
        TrainingFixture fixture = TrainingFixture.load(name);
        long sum = 0;
        for (byte pixel : fixture.pixels(0, fixture.batch())) {
            sum += Byte.toUnsignedInt(pixel);
        }
        assertEquals(fixture.json().get("first_pixels_sum").longValue(), sum);
        int[] labels = fixture.labels(0, fixture.batch());
        for (int n = 0; n < labels.length; n++) {
            assertEquals(fixture.json().get("first_labels").get(n).intValue(), labels[n]);
        }
        assertArrayEquals(new int[]{labels[1], labels[2]}, fixture.labels(1, 2));
    }

    @ParameterizedTest
    @CsvSource({"resnet18, 122, 62, 11173962", "wrn28_2, 155, 80, 1467610", "airbench94, 39, 14, 1971352"})
    void shouldNameEveryTensorOfTheNetwork(String name, int tensors, int trained, int values) throws IOException {
        TrainingFixture fixture = TrainingFixture.load(name);
        assertEquals(tensors, fixture.states().size());
        assertEquals(trained, fixture.parameters().size());
        assertEquals(values, fixture.states().stream().filter(state -> fixture.parameters().contains(state.name()))
                .mapToInt(TrainingFixture.State::size).sum());
        assertEquals(fixture.steps(), fixture.numbers("losses").length);
        assertEquals(trained, fixture.parameterGradientNorms()[0].length);
        assertEquals(fixture.batch(), fixture.testLogits().length);
    }

    @Test
    void shouldSayWhereAFixtureComesFrom() {
        FileNotFoundException missing = assertThrows(FileNotFoundException.class, () -> TrainingFixture.load("vgg"));
        assertTrue(missing.getMessage().contains("no fixture 'vgg'"), missing.getMessage());
    }
}
