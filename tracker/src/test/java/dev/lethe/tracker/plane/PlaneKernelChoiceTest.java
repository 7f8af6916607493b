package dev.lethe.tracker.plane;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.File;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class PlaneKernelChoiceTest {

    /** Prints the kernels of a JVM with other flags. */
    static final class Report {
        private Report() {}

        public static void main(String[] arguments) {
            System.out.println(PlaneKernelChoice.inUse().description());
        }
    }

    private static String reportOf(String... flags) throws IOException, URISyntaxException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of(flags));
        String tests = Path.of(Report.class.getProtectionDomain().getCodeSource().getLocation().toURI()).toString();
        String main = Path.of(PlaneKernels.class.getProtectionDomain().getCodeSource().getLocation().toURI())
                .toString();
        command.addAll(List.of("-cp", main + File.pathSeparator + tests, Report.class.getName()));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        return new String(process.getInputStream().readAllBytes());
    }

    @Test
    void shouldRunTheVectorKernelsInThisBuild() {
        assertTrue(PlaneKernelChoice.inUse().description().startsWith("vector "),
                PlaneKernelChoice.inUse().description());
    }

    @Test
    void shouldRunTheScalarTwinWhereTheVectorApiIsMissing() throws Exception {
        assertEquals("scalar", reportOf().strip());
    }

    @Test
    void shouldNotFallBackWhenForced() throws Exception {
        assertTrue(reportOf("-D" + PlaneKernelChoice.PROPERTY + "=vector")
                .contains("start java with --add-modules=jdk.incubator.vector"));
    }

    @Test
    void shouldChooseWhatThePropertySays() {
        assertSame(PlaneKernelChoice.scalar(), PlaneKernelChoice.choose("scalar"));
        assertTrue(PlaneKernelChoice.choose("vector").description().startsWith("vector "));
        assertTrue(PlaneKernelChoice.choose("auto").description().startsWith("vector "));
        assertEquals("lethe.tracker.kernels=avx: choose auto, vector or scalar",
                assertThrows(IllegalStateException.class, () -> PlaneKernelChoice.choose("avx")).getMessage());
    }
}
