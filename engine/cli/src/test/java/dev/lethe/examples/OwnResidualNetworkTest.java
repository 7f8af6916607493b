package dev.lethe.examples;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lethe.data.DataSet;
import dev.lethe.data.DataSets;
import dev.lethe.data.StripedImages;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OwnResidualNetworkTest {
    @TempDir
    private Path temporary;

    private static int right(float[][] logits, DataSet data) {
        int right = 0;
        for (int image = 0; image < logits.length; image++) {
            float largest = Float.NEGATIVE_INFINITY;
            for (float logit : logits[image]) {
                largest = Math.max(largest, logit);
            }
            right += logits[image][data.test().label(image)] == largest ? 1 : 0;
        }
        return right;
    }

    @Test
    void shouldPredictTheSameAfterAPause() throws IOException {
        DataSet data = DataSets.load(StripedImages.write(temporary.resolve("stripes"), 256, 64).toString());
        Path whole = Files.createDirectory(temporary.resolve("whole"));
        Path paused = Files.createDirectory(temporary.resolve("paused"));
        float[][] logits = OwnResidualNetwork.testLogits(data, 4, whole);
        float[][] early = OwnResidualNetwork.testLogits(data, 2, paused);
        float[][] resumed = OwnResidualNetwork.testLogits(data, 4, paused);
        assertEquals(64, logits.length);
        assertTrue(right(logits, data) > 24, right(logits, data) + " of 64 images are right");
        for (int image = 0; image < 64; image++) {
            assertArrayEquals(logits[image], resumed[image], "image " + image);
        }
        assertTrue(early[0][0] != logits[0][0], "two epochs are not four");
    }
}
