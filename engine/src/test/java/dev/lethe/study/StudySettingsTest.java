package dev.lethe.study;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.lethe.data.DataOptions;
import dev.lethe.data.ImageOptions;
import dev.lethe.data.ImageSize;
import dev.lethe.kernels.DType;
import dev.lethe.train.Arithmetic;
import dev.lethe.train.TrainingConfig;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class StudySettingsTest {
    private static String command(String data) {
        return new StudySettings("forgetting", data, "mnist-cnn", 2, TrainingConfig.mnist(1, 3), "auto", 4)
                .command("cpu", DType.F32);
    }

    @Test
    void shouldGiveTheCommandThatRepeatsTheStudy() {
        assertEquals("./lethe study forgetting --data /data/my-set --model mnist-cnn --seeds 2 --epochs 3 --batch 64"
                + " --learning-rate 0.01 --backend cpu --threads 4 --dtype f32 --conv auto", command("/data/my-set"));
    }

    @Test
    void shouldQuoteAFolderForTheShell() {
        assertEquals(command("D").replace(" D ", " 'my $et'\\''s folder' "), command("my $et's folder"));
    }

    @Test
    void shouldRepeatHowTheDataAreRead() {
        ImageOptions images = ImageOptions.NONE.withSize(new ImageSize(48, 32)).withTestShare(0.1, 3).withSkipBad();
        StudySettings settings = new StudySettings("forgetting", "D", "mnist-cnn", 2, TrainingConfig.mnist(1, 3),
                "auto", 4, Arithmetic.parse("f32", "auto"),
                new DataOptions(images, Optional.of(Path.of("my labels.csv"))));
        assertEquals(command("D").replace(" D ", " D --resize 48x32 --test-share 0.1 --split-seed 3 --skip-bad "
                + "--labels 'my labels.csv' "), settings.command("cpu", DType.F32));
        Map<String, Object> config = settings.asMap();
        config.put("seed", 1);
        config.put("convolutions", Map.of());
        assertEquals(settings.dataOptions(), StudySettings.ofRun(config).dataOptions());
        assertEquals(settings.dataOptions(), settings.withSeed(2).dataOptions());
    }

    @Test
    void shouldRefuseAConfigurationOfUnknownAlgorithms() {
        ConfigFile config = new ConfigFile(Map.of("convolutions", Map.of("forward", "fft")));
        assertEquals("config.json has convolutions={forward=fft} where a list of algorithms is needed: it was altered, "
                + "or written by another version",
                assertThrows(StudyException.class, config::convolutions).getMessage());
    }
}
