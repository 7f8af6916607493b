package dev.lethe.examples;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lethe.data.DataSet;
import dev.lethe.data.DataSets;
import dev.lethe.data.StripedImages;
import dev.lethe.tracker.ForgettingTracker;
import dev.lethe.tracker.History;
import dev.lethe.tracker.TrackerSpec;
import dev.lethe.tracker.score.Score;
import dev.lethe.tracker.select.DifficultyScores;
import dev.lethe.tracker.select.Examples;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OwnScoreAndRuleTest {
    @Test
    void shouldCountTheLongestStreakOfErrors() throws IOException {
        String[] runs = {"1111", "0011", "0100", "0000"}; // by example: right in which epochs
        try (ForgettingTracker tracker = ForgettingTracker.inMemory(TrackerSpec.of(runs.length, 4))) {
            for (int epoch = 0; epoch < 4; epoch++) {
                for (int id = 0; id < runs.length; id++) {
                    tracker.record(id, runs[id].charAt(epoch) == '1', 0, 0, 0, 0);
                }
                tracker.commitEpoch();
            }
            try (History history = tracker.history()) {
                assertArrayEquals(new double[]{0, 2, 2, 4}, new OwnScoreAndRule.WrongStreak().of(history));
            }
        }
    }

    @Test
    void shouldRemoveFromBothEnds() {
        int[] kept = new OwnScoreAndRule.BothEnds(Score.EL2N).select(new Examples(new int[5], 1, 0, 1),
                DifficultyScores.imported(new double[]{3, 1, 5, 2, 4}), 3).kept();
        assertArrayEquals(new int[]{0, 4}, kept, "1, 5 and 2 are removed, in this order");
    }

    @Test
    void shouldTrainWithoutWhatTheRulesRemove(@TempDir Path folder) throws IOException {
        DataSet data = DataSets.load(StripedImages.write(folder.resolve("stripes"), 96, 32).toString());
        List<String> table = OwnScoreAndRule.removal(data, folder).table();
        for (String rule : List.of("hardest:wrong_streak", "both_ends:wrong_streak", "random")) {
            assertTrue(table.stream().anyMatch(line -> line.contains(rule)), rule + " in " + table);
        }
        try (Stream<Path> runs = Files.list(folder.resolve("runs"))) {
            assertEquals(1 + 3, runs.filter(Files::isDirectory).count(), "on all, and without those of each rule");
        }
    }
}
