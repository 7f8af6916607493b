package dev.lethe.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Example of the package's documentation, the region of which Javadoc shows. */
class SnippetsTest {
    private static final int SIDE = 2;

    @TempDir
    private Path temporary;

    private static DataSet read(Path pets) {
        // @start region="folder"
        // pets/train/cat/1.png, pets/train/dog/1.png, ...; pets/test/cat/2.png, ...
        DataSet data = DataSets.load(pets.toString());
        List<String> classes = data.classNames(); // cat, dog: label 0 is cat
        byte[] pixels = data.train().image(0); // (height, width, channels)
        // @end
        assertEquals(List.of("cat", "dog"), classes);
        assertArrayEquals(new byte[]{40, 40, 40, 40}, pixels);
        return data;
    }

    private static void write(Path file, int shade) throws IOException {
        BufferedImage image = new BufferedImage(SIDE, SIDE, BufferedImage.TYPE_BYTE_GRAY);
        for (int p = 0; p < SIDE * SIDE; p++) {
            image.getRaster().setSample(p % SIDE, p / SIDE, 0, shade);
        }
        Files.createDirectories(file.getParent());
        ImageIO.write(image, "png", file.toFile());
    }

    @Test
    void shouldReadAFolderOfImages() throws IOException {
        Path pets = temporary.resolve("pets");
        write(pets.resolve("train/cat/1.png"), 40);
        write(pets.resolve("train/dog/1.png"), 80);
        write(pets.resolve("test/cat/2.png"), 50);
        write(pets.resolve("test/dog/2.png"), 90);
        DataSet data = read(pets);
        assertEquals(2, data.train().examples());
        assertEquals(1, data.train().label(1));
        assertEquals(2, data.test().examples());
    }
}
