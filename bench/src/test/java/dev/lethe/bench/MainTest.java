package dev.lethe.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.DataInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MainTest {
    private static final int JAVA_8 = 52;

    @Test
    void shouldBeReadByAnOlderJava() throws IOException {
        try (DataInputStream file = new DataInputStream(Main.class.getResourceAsStream("Main.class"))) {
            assertEquals(0xCAFEBABE, file.readInt());
            assertEquals(0, file.readUnsignedShort());
            assertEquals(JAVA_8, file.readUnsignedShort());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"1.8", "9", "11", "17", "21", "24"})
    void shouldSayWhichJavaIsNeeded(String version) {
        assertEquals("The benchmarks need Java 25, and /old is Java " + version
                + ": run them with the java of a JDK 25, or by ./lethe bench, which finds one.",
                Main.obstacle(version, "/old"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"25", "26"})
    void shouldGoOnWithTheJavaThatIsNeeded(String version) {
        assertNull(Main.obstacle(version, "/new"));
    }

    @Test
    void shouldHandArgumentsOnToTheBenchmarks() throws IOException, InterruptedException {
        Process benchmarks = new ProcessBuilder(
                List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp", System.getProperty("java.class.path"), Main.class.getName(), "-f", "minus one"))
                .redirectErrorStream(true).start();
        String output = new String(benchmarks.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertEquals(2, benchmarks.waitFor(), output);
        assertTrue(output.contains("minus one"), output);
        assertEquals(BenchMain.class.getName(), Main.BENCHMARKS);
    }
}
