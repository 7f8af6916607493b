package dev.lethe.data.picture;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lethe.train.checkpoint.Python;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Pictures of every kind that Pillow and NumPy write, against what Pillow shows of them. The decoders are the same to
 * the bit where Pillow has libjpeg-turbo and libwebp, as Debian's has; the difference that is allowed is for others.
 */
class PicturesOfPillowTest {
    private static final int ALLOWED = 2;
    private static final PictureOptions OPTIONS = new PictureOptions(true, 0xFFFFFF, 0, PictureOptions.MOST, false,
            100_000_000);

    @TempDir
    private static Path folder;
    private static List<String[]> expected;

    @BeforeAll
    static void writePictures() throws IOException, InterruptedException {
        try (InputStream script = PicturesOfPillowTest.class.getResourceAsStream("pictures.py")) {
            Files.write(folder.resolve("pictures.py"), Objects.requireNonNull(script).readAllBytes());
        }
        Python.run("numpy, PIL", folder,
                "import sys; sys.argv = ['pictures.py', '.']\nexec(open('pictures.py').read())");
        expected = Files.readAllLines(folder.resolve("expected.tsv")).stream().map(line -> line.split("\t")).toList();
    }

    private static Picture decode(String name) throws IOException, UndecodableException {
        return Picture.decode(Files.readAllBytes(folder.resolve(name)), OPTIONS);
    }

    @Test
    void shouldShowWhatPillowShows() throws IOException, UndecodableException {
        List<String> different = new ArrayList<>();
        for (String[] one : expected) {
            byte[] pixels = Files.readAllBytes(folder.resolve(one[0] + ".rgb"));
            Picture picture = decode(one[0]);
            assertEquals(one[1] + " x " + one[2], picture.width() + " x " + picture.height(), one[0]);
            byte[] samples = picture.withChannels(3).samples();
            int most = 0;
            for (int i = 0; i < pixels.length; i++) {
                most = Math.max(most, Math.abs((samples[i] & 255) - (pixels[i] & 255)));
            }
            if (most > ALLOWED) {
                different.add(one[0] + " by " + most);
            }
        }
        assertEquals(List.of(), different);
        assertTrue(expected.size() > 200, "pictures=" + expected.size());
    }

    @Test
    void shouldSayWhatPicturesAreLike() throws IOException, UndecodableException {
        Map<String, Set<Trait>> traits = Map.of("rgb.png", Set.of(), "rgba.png", Set.of(Trait.TRANSPARENT),
                "deep-gray.png", Set.of(Trait.DEEP), "no-end.jpg", Set.of(Trait.END_MISSING), "shorter.jpg",
                Set.of(Trait.END_MISSING), "short-end.jpg", Set.of(Trait.DAMAGED), "animated.gif",
                Set.of(Trait.SEVERAL), "pages.tiff", Set.of(Trait.SEVERAL), "trailing.jpg", Set.of());
        for (String name : traits.keySet()) {
            assertEquals(traits.get(name), decode(name).traits(), name);
        }
        for (String name : List.of("gray.png", "bilevel.png", "la.png", "deep.tiff", "gray.jpg", "gray.gif")) {
            assertEquals(1, decode(name).channels(), name);
        }
        Picture deep = decode("deep-gray.png");
        assertTrue(deep.lowest() > 255 && deep.highest() > deep.lowest(), deep.lowest() + " to " + deep.highest());
    }

    @Test
    void shouldRefuseWhatIsCutInTheMiddle() throws IOException {
        Set<String> whole = Set.of("trailing.jpg", "animated.gif", "pages.tiff", "animated.webp",
                "animated-lossless.webp", "animated.png"); // of which the first picture is in the first half
        List<String> read = new ArrayList<>();
        for (String[] one : expected) {
            byte[] content = Files.readAllBytes(folder.resolve(one[0]));
            try {
                Picture.decode(Arrays.copyOf(content, content.length / 2), OPTIONS);
                read.add(one[0]);
            } catch (UndecodableException e) {
                assertTrue(e.reason().startsWith("it "), one[0] + ": " + e.reason());
            }
        }
        read.removeAll(whole);
        assertEquals(List.of(), read);
    }

    @Test
    void shouldRefuseAJpegThatEndsInTheMiddle() throws IOException {
        byte[] content = Files.readAllBytes(folder.resolve("420-61x47.jpg"));
        byte[] cut = Arrays.copyOf(content, content.length * 3 / 4);
        cut[cut.length - 2] = (byte) 0xFF;
        cut[cut.length - 1] = (byte) 0xD9;
        assertEquals("it is truncated",
                assertThrows(UndecodableException.class, () -> Picture.decode(cut, OPTIONS)).reason());
    }

    @Test
    void shouldTakeOptions() throws IOException, UndecodableException {
        byte[] turned = Files.readAllBytes(folder.resolve("turned-6.jpg"));
        Picture stored = Picture.decode(turned, new PictureOptions(false, 0, 0, PictureOptions.MOST, false, 10_000));
        assertEquals("61 x 47", stored.width() + " x " + stored.height());
        byte[] transparent = Files.readAllBytes(folder.resolve("transparent.gif"));
        Picture red = Picture.decode(transparent,
                new PictureOptions(true, 0xFF0000, 0, PictureOptions.MOST, false, 10_000));
        Picture white = Picture.decode(transparent, OPTIONS);
        int changed = 0;
        for (int i = 0; i < red.samples().length; i += 3) {
            if (red.samples()[i + 1] != white.samples()[i + 1]) {
                assertEquals("[-1, 0, 0]", Arrays.toString(Arrays.copyOfRange(red.samples(), i, i + 3)));
                changed++;
            }
        }
        assertTrue(changed > 0);
        assertEquals("it declares 61 x 47 pixels, more than 100", assertThrows(UndecodableException.class,
                () -> Picture.decode(turned, new PictureOptions(true, 0, 0, 1, false, 100))).reason());
    }

    @Test
    void shouldRefuseFormatsThatAreNotReadByName() {
        Map<String, String> heads = Map.of("\0\0\0\u0018ftypheic\0\0\0\0mif1heic", "HEIC",
                "\0\0\0\u0018ftypmif1\0\0\0\0avifmif1", "AVIF", "\0\0\0\u0018ftypavif\0\0\0\0", "AVIF",
                "\0\0\0\fJXL \r\n\u0087\n", "JPEG XL", "\0\0\0\fjP  \r\n\u0087\n", "JPEG 2000");
        heads.forEach((head, format) -> assertEquals(
                "it is " + format + ", which is not read here and can be converted to PNG or JPEG",
                assertThrows(UndecodableException.class,
                        () -> Picture.decode(head.getBytes(StandardCharsets.ISO_8859_1), OPTIONS)).reason()));
    }
}
