package dev.lethe.run.execute;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lethe.data.StripedImages;
import dev.lethe.kernels.op.Optimizer;
import dev.lethe.run.PlanListener;
import dev.lethe.run.RunSettings;
import dev.lethe.train.TrainingConfig;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SpeedProbeTest {
    @TempDir
    private Path folder;

    /** A few images that are trained on for a second diverge at rates that all images stand. */
    @Test
    void shouldMeasureSettingsThatWouldDivergeOnAFewImages() throws IOException {
        Path data = StripedImages.write(folder.resolve("stripes"), 40, 20);
        RunSettings settings = RunSettings.of(data.toString(), "mnist-cnn",
                TrainingConfig.of(new Optimizer.Sgd(0.9f, false, 0)).withSeed(1).withEpochs(1).withBatch(8)
                        .withLearningRate(1e9f))
                .on("cpu", 1);
        SpeedProbe probe = SpeedProbe.measure(settings, settings.load(PlanListener.NONE));
        assertTrue(probe.trainedPerSecond() > 0 && probe.testedPerSecond() > probe.trainedPerSecond(),
                probe.toString());
        assertEquals(10 / probe.trainedPerSecond() + 20 / probe.testedPerSecond(), probe.seconds(10, 20), 1e-12);
    }
}
