package dev.lethe.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Random;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The commands of docs/tutorial.md, in their order, on a folder with three classes. */
@Tag("slow")
class TutorialTest {
    private static final Path TUTORIAL = Path.of("..", "..", "docs", "tutorial.md");
    private static final Pattern COMMANDS = Pattern.compile("(?s)```sh\\n(.*?)```");
    private static final int SIDE = 16;

    @TempDir
    private Path folder;

    /** Writes images of noise with a bright stripe, whose place is the class. */
    private void writePhotos() throws IOException {
        Random random = new Random(1);
        String[] classes = {"car", "frog", "ship"};
        for (int label = 0; label < classes.length; label++) {
            Path of = Files.createDirectories(folder.resolve("photos").resolve(classes[label]));
            for (int i = 0; i < 40; i++) {
                BufferedImage image = new BufferedImage(SIDE, SIDE, BufferedImage.TYPE_BYTE_GRAY);
                for (int p = 0; p < SIDE * SIDE; p++) {
                    int stripe = p / SIDE / 5 == label ? 150 : 0;
                    image.getRaster().setSample(p % SIDE, p / SIDE, 0, stripe + random.nextInt(100));
                }
                ImageIO.write(image, "png", of.resolve(String.format("%04d.png", i)).toFile());
            }
        }
    }

    private void writeLauncher() throws IOException {
        Path launcher = Files.writeString(folder.resolve("lethe"), "#!/bin/sh\nexec '"
                + Path.of(System.getProperty("java.home"), "bin", "java") + "' --add-modules=jdk.incubator.vector "
                + "--enable-native-access=ALL-UNNAMED -Djava.awt.headless=true -cp '"
                + System.getProperty("java.class.path") + "' dev.lethe.cli.Lethe \"$@\"\n");
        Files.setPosixFilePermissions(launcher, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    @Test
    void shouldRunFromTheFirstLookToTheLastStudy() throws Exception {
        writePhotos();
        writeLauncher();
        List<String> blocks = COMMANDS.matcher(Files.readString(TUTORIAL)).results().map(block -> block.group(1))
                .toList();
        assertEquals(5, blocks.size());
        StringBuilder said = new StringBuilder();
        for (String block : blocks) {
            Process shell = new ProcessBuilder("bash", "-ec", block).directory(folder.toFile())
                    .redirectErrorStream(true)
                    .start();
            said.append(new String(shell.getInputStream().readAllBytes()));
            assertEquals(0, shell.waitFor(), block + said);
        }
        assertTrue(said.toString().contains("classes      car 32, frog 32, ship 32"), said.toString());
        assertTrue(said.toString().contains("96 images of 16 x 16 x 1, 3 classes: mnist-cnn, batch 8, 40 epochs"),
                said.toString());
        assertTrue(said.toString().contains("test accuracy 100.00%"), said.toString());
        for (String file : List.of("photos.png", "lethe-out/forgetting-photos/report.html",
                "lethe-out/removal-photos/report.html", "lethe-out/train-photos-mnist-cnn/study.json")) {
            assertTrue(Files.size(folder.resolve(file)) > 0, file);
        }
        List<String> suspects = Files.readAllLines(folder.resolve("lethe-out/forgetting-photos/suspects.csv"));
        assertEquals(97, suspects.size());
        assertTrue(suspects.get(1).matches("[0-9]+,(car|frog|ship)/00[0-9]{2}.png,.*"), suspects.get(1));
        try (Stream<Path> runs = Files.list(folder.resolve("lethe-out/runs"))) {
            assertTrue(runs.anyMatch(run -> Files.exists(run.resolve("removed.csv"))));
        }
    }
}
