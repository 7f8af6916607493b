package dev.lethe.data;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Files and classes whose names Java cannot show in the locale {@code C}, where servers and containers run. */
class FileNamesTest {
    @TempDir
    private Path folder;

    /** A program that prints classes and files of a data set in a folder {@code pets} where it is started. */
    static final class Program {
        private Program() {}

        public static void main(String[] arguments) {
            DataSet data = DataSets.load("pets", DataOptions.NONE, _ -> {});
            StringBuilder text = new StringBuilder(String.join("|", data.classNames())).append('\n');
            IntStream.range(0, data.train().examples()).forEach(i -> text.append(data.train().origins().get(i))
                    .append('=').append(data.train().label(i)).append('\n'));
            text.append(data.fingerprintHex()).append('\n');
            System.out.writeBytes(text.toString().getBytes(StandardCharsets.UTF_8));
            System.exit(0);
        }
    }

    private void shell(String script) throws IOException, InterruptedException {
        assertEquals(0,
                new ProcessBuilder("sh", "-ec", script).directory(folder.toFile()).inheritIO().start().waitFor());
    }

    private String said(String locale) throws IOException, InterruptedException {
        ProcessBuilder builder = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Djava.awt.headless=true", "--add-modules=jdk.incubator.vector", "--enable-native-access=ALL-UNNAMED",
                "-XX:TieredStopAtLevel=1", "-cp", System.getProperty("java.class.path"), Program.class.getName())
                .directory(folder.toFile()).redirectError(ProcessBuilder.Redirect.DISCARD);
        builder.environment().put("LC_ALL", locale);
        builder.environment().put("LETHE_CACHE", folder.resolve("cache-" + locale).toString());
        Process process = builder.start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertEquals(0, process.waitFor(), said);
        return said;
    }

    @Test
    void shouldReadTheSameDataInEveryLocale() throws Exception {
        Path image = folder.resolve("1.png");
        BufferedImage striped = new BufferedImage(2, 2, BufferedImage.TYPE_BYTE_GRAY);
        striped.getRaster().setSample(0, 0, 0, 200);
        ImageIO.write(striped, "png", image.toFile());
        // composed and decomposed accents are of one class; bytes that are no UTF-8 are of their own
        shell("mkdir -p pets/train pets/test; for part in train test; do "
                + "for class in 'caf\\303\\251' 'cafe\\314\\201' 'caf\\351' '\\346\\227\\245\\346\\234\\254' "
                + "'\\360\\237\\230\\200'; do folder=pets/$part/$(printf \"$class\"); mkdir \"$folder\"; "
                + "cp 1.png \"$folder/$(printf 'na\\303\\257ve\\376').png\"; done; done");
        List<String> lines = said("C").lines().toList();
        assertEquals(
                List.of("caf\\xE9|café|日本|😀", "train/caf\\xE9/naïve\\xFE.png=0", "train/cafe\u0301/naïve\\xFE.png=1",
                        "train/café/naïve\\xFE.png=1", "train/日本/naïve\\xFE.png=2", "train/😀/naïve\\xFE.png=3"),
                lines.subList(0, 6));
        assertEquals(lines, said("C.UTF-8").lines().toList());
        assertEquals(lines, said("POSIX").lines().toList());
    }
}
