package dev.lethe.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.lethe.data.DataOptions;
import dev.lethe.data.ImageOptions;
import dev.lethe.data.ImageSize;
import dev.lethe.train.Arithmetic;
import dev.lethe.train.TrainingConfig;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;

class RunSettingsTest {
    @Test
    void shouldKeepHowTheDataAreRead() {
        ImageOptions images = ImageOptions.NONE.withSize(new ImageSize(48, 32)).withTestShare(0.1, 3).withSkipBad();
        DataOptions options = DataOptions.NONE.withImages(images).withLabels(Path.of("my labels.csv"));
        RunSettings settings = new RunSettings(DataSource.of("D", options), NetworkSource.of("mnist-cnn"),
                TrainingConfig.mnist(1, 3), "auto", 4, Arithmetic.parse("f32", "auto"));
        Map<String, Object> config = settings.asMap();
        config.put("convolutions", Map.of());
        RunSettings read = RunSettings.ofRun(config);
        assertEquals(DataSource.of(Path.of("D").toAbsolutePath().toString(),
                options.withLabels(Path.of("my labels.csv").toAbsolutePath())), read.data());
        assertEquals(settings.training(), read.training());
        assertEquals(settings.data(), settings.withSeed(2).data());
    }

    @Test
    void shouldRefuseAConfigurationOfUnknownAlgorithms() {
        ConfigFile config = new ConfigFile(Map.of("convolutions", Map.of("forward", "fft")));
        assertEquals("config.json has convolutions={forward=fft} where a list of algorithms is needed: it was altered, "
                + "or written by another version",
                assertThrows(RunException.class, config::convolutions).getMessage());
    }
}
