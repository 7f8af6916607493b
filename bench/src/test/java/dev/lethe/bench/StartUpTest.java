package dev.lethe.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("slow")
class StartUpTest {
    @Test
    void shouldPrintTheTimesOfBothPrograms() throws Exception {
        ByteArrayOutputStream text = new ByteArrayOutputStream();
        StartUp.measure(List.of("onednn"), 1, new PrintStream(text));
        List<String> lines = text.toString().lines().toList();
        assertEquals(2, lines.size(), text.toString());
        assertTrue(lines.getFirst().matches("train onednn +\\d+ ms: JVM \\d+, images \\d+, backend \\d+, compilation "
                + "\\d+, first step \\d+, next 15 \\d+, test \\d+, end \\d+"), lines.getFirst());
        assertTrue(lines.getLast().matches("predict onednn +\\d+ ms: JVM \\d+, images \\d+, backend \\d+, compilation "
                + "\\d+, weights \\d+, first 1,000 \\d+, next 1,000 \\d+, end \\d+"), lines.getLast());
    }
}
