package dev.lethe.data;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.lethe.data.picture.Picture;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TriangleFilterTest {
    private static final int HEIGHT = 5;
    private static final int WIDTH = 7;

    private static Picture image(int channels) {
        byte[] samples = new byte[HEIGHT * WIDTH * channels];
        for (int i = 0; i < samples.length; i++) {
            samples[i] = (byte) (i / channels * 37 + i % channels * 3);
        }
        return Picture.of(samples, HEIGHT, WIDTH, channels);
    }

    /**
     * Compares with PyTorch's {@code interpolate(mode="bilinear", antialias=True)}, which does not round in between.
     */
    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {"3x4|32 112 191 36 115 195 39 119 198 43 122 202",
            "9x8|0 25 53 82 111 140 169 197 222 1 26 55 84 112 141 170 199 223 3 28 57 85 114 143 172 201 225 5 30 59 "
                    + "87 116 145 174 202 227 7 32 60 89 118 147 175 204 229 9 33 62 91 120 149 177 206 231 11 35 64 "
                    + "93 122 150 179 208 233 12 37 65 94 123 152 181 209 234",
            "2x5|59 163 62 166 65 169 68 172 71 175"})
    void shouldAgreeWithPyTorch(String size, String expected) {
        Picture resized = TriangleFilter.resized(image(1), ImageSize.parse(size));
        String[] values = expected.split(" ");
        assertEquals(values.length, resized.samples().length);
        for (int i = 0; i < values.length; i++) {
            assertEquals(Integer.parseInt(values[i]), resized.samples()[i] & 0xFF, 1, "pixel " + i);
        }
    }

    @Test
    void shouldResizeChannelsIndependently() {
        Picture one = TriangleFilter.resized(image(1), new ImageSize(4, 3));
        Picture three = TriangleFilter.resized(image(3), new ImageSize(4, 3));
        for (int pixel = 0; pixel < 12; pixel++) {
            assertEquals(one.samples()[pixel], three.samples()[3 * pixel], "pixel " + pixel);
        }
    }

    @Test
    void shouldCropTheCentreOfWhatHasAShortSide() {
        Picture image = image(3); // 7 x 5, so 4 x 3 of a short side of 3, of which 2 x 2 begin in column 1 and row 0
        Picture whole = TriangleFilter.resized(image, new ImageSize(4, 3));
        Picture cropped = TriangleFilter.cropped(image, ShortSideCrop.parse("short:3+crop:2"));
        assertEquals("2 x 2 x 3", cropped.width() + " x " + cropped.height() + " x " + cropped.channels());
        assertEquals(Arrays.toString(Arrays.copyOfRange(whole.samples(), 3, 9)),
                Arrays.toString(Arrays.copyOf(cropped.samples(), 6)));
        assertEquals(Arrays.toString(Arrays.copyOfRange(whole.samples(), 15, 21)),
                Arrays.toString(Arrays.copyOfRange(cropped.samples(), 6, 12)));
        assertEquals("resize 'short:256': write short:SIDE+crop:CROP, for example short:256+crop:224",
                assertThrows(IllegalArgumentException.class, () -> ShortSideCrop.parse("short:256")).getMessage());
        assertEquals("short side=2, crop=3: the crop is at least 1 and at most the side, and that at most 10000",
                assertThrows(IllegalArgumentException.class, () -> new ShortSideCrop(2, 3)).getMessage());
    }

    @Test
    void shouldLeaveAnImageOfThatSizeAsItIs() {
        Picture image = image(3);
        assertSame(image, TriangleFilter.resized(image, new ImageSize(WIDTH, HEIGHT)));
    }

    /** The image would have 4 thousand million intermediate samples if it were resized along its short side first. */
    @ParameterizedTest
    @CsvSource({"2000000, 1", "1, 2000000"})
    void shouldResizeALongNarrowImage(int height, int width) {
        byte[] samples = new byte[2_000_000];
        Arrays.fill(samples, (byte) 200);
        Picture resized = TriangleFilter.resized(Picture.of(samples, height, width, 1),
                new ImageSize(2000, 2000));
        assertEquals(new ImageSize(2000, 2000), new ImageSize(resized.width(), resized.height()));
        assertEquals(200, resized.samples()[1000 * 2000 + 7] & 0xFF);
    }

    @Test
    void shouldReadSizes() {
        assertEquals(new ImageSize(32, 32), ImageSize.parse("32"));
        assertEquals(new ImageSize(48, 32), ImageSize.parse("48x32"));
        for (String text : new String[]{"", "x", "32x", "-3", "3x4x5", "1e3"}) {
            assertEquals("image size '" + text + "': write SIDE, for example 32, or WIDTHxHEIGHT, for example 48x32",
                    assertThrows(IllegalArgumentException.class, () -> ImageSize.parse(text)).getMessage());
        }
        assertEquals("image size=0x0: width and height are at least 1, and pixels at most 100000000",
                assertThrows(IllegalArgumentException.class, () -> ImageSize.parse("0")).getMessage());
        assertThrows(IllegalArgumentException.class, () -> ImageSize.parse("99999x99999"));
    }
}
