package dev.lethe.kernels.host;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

@EnabledOnOs(OS.LINUX)
class ProcessorTest {
    /** Virtual machines give processors of several generations one name. */
    @Test
    void shouldTellModelsOfOneNameApart() throws IOException {
        List<String> lines = Files.readAllLines(Path.of("/proc/cpuinfo"));
        assertTrue(Processor.model().startsWith(Processor.name()), Processor.model());
        for (String field : List.of("cpu family", "model", "stepping")) {
            List<String> values = lines.stream().filter(line -> line.matches(field + "\\s*:.*"))
                    .map(line -> line.substring(line.indexOf(':') + 1).strip()).toList();
            assertEquals(!values.isEmpty(), Processor.model().contains(", " + field + " "), Processor.model());
            assertTrue(values.isEmpty() || Processor.model().contains(field + " " + values.getFirst()),
                    Processor.model());
        }
    }
}
