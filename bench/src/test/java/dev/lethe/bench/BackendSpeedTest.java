package dev.lethe.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lethe.kernels.Backend;
import dev.lethe.kernels.Backends;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class BackendSpeedTest {
    private static final Pattern LINE = Pattern.compile("mlp {8}batch {2}64 {2}onednn ([0-9.]+) {2}vector ([0-9.]+) {2}"
            + "ratio ([0-9.]+) {2}\\(Lethe's own, channels last against oneDNN's, channels last\\)");

    @Test
    void shouldCompareTwoBackends() throws IOException {
        ByteArrayOutputStream text = new ByteArrayOutputStream();
        try (Backend first = Backends.open("onednn", 1); Backend second = Backends.open("vector", 1)) {
            new BackendSpeed(first, second, new BackendSpeed.Effort(0, 1, 1e-9), new PrintStream(text))
                    .measure(List.of("mlp"));
        }
        List<String> lines = text.toString().lines().toList();
        assertEquals(2, lines.size(), text.toString());
        Matcher line = LINE.matcher(lines.getLast());
        assertTrue(line.matches(), lines.getLast());
        assertTrue(Double.parseDouble(line.group(1)) > 0 && Double.parseDouble(line.group(2)) > 0, lines.getLast());
    }
}
