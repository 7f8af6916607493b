package dev.lethe.study;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.lethe.train.TrainingConfig;
import org.junit.jupiter.api.Test;

class StudySettingsTest {
    private static String command(String data) {
        return new StudySettings("forgetting", data, "mnist-cnn", 2, TrainingConfig.mnist(1, 3), "auto", 4)
                .command("cpu");
    }

    @Test
    void shouldGiveTheCommandThatRepeatsTheStudy() {
        assertEquals("./lethe study forgetting --data /data/my-set --model mnist-cnn --seeds 2 --epochs 3 --batch 64"
                + " --learning-rate 0.01 --backend cpu --threads 4", command("/data/my-set"));
    }

    @Test
    void shouldQuoteAFolderForTheShell() {
        assertEquals(command("D").replace(" D ", " 'my $et'\\''s folder' "), command("my $et's folder"));
    }
}
