package dev.lethe.data.picture;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Random;
import java.util.Set;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Damaged pictures of every format, which are refused with the documented exception, or decoded to a whole picture. */
@Timeout(60)
class MutatedPicturesTest {
    private static final int MUTANTS = 4_000;
    private static final long MOST_PIXELS = 1_000_000;
    private static final PictureOptions OPTIONS = new PictureOptions(true, 0xFFFFFF, 0, PictureOptions.MOST, false,
            MOST_PIXELS);
    /** Lossy with opacity, lossless, and an animation. */
    private static final List<String> WEBP = List.of(
            "UklGRpwAAABXRUJQVlA4WAoAAAAQAAAAFwAAEwAAQUxQSBcAAAABmQpE9D9ApG0zOj7/ek/PIiYgqxU3AgBWUDggXgAAAHAE"
                    + "AJ0BKhgAFAA+8WSnUCmlo6K36AEwHgloALUagAToA3CMACU1tSwX38oAAP7xDgNKODMnaiu7b7l9D20tyxDyCo7xtnLN4sbV"
                    + "Ae9E0eIrdsaBUiIQGLebyG/cwAA=",
            "UklGRkAAAABXRUJQVlA4TDQAAAAvF8AEEAmASGp/7R0i+p9eAATh/9tDRP/TEBIQBvi/WdVGQUHaBixsd8SCKd4bQAnmq7qN",
            "UklGRiIBAABXRUJQVlA4WAoAAAACAAAAFwAAEwAAQU5JTQYAAAAAAAAAAABBTk1GegAAAAAAAAAAABcAABMAAAAAAAJWUDgg"
                    + "YgAAAJADAJ0BKhgAFAA/HXSvU60mpCK36AGgI4loLYAJNFngOjo3/aAA/uNTaPqa/cv/qtpCHWieekdQ4Mqos4CeXr/ZbbBC"
                    + "xNgKXj6NcLVKhaoiKeyuPt0VFEvXxCwq/IrbAAAAQU5NRnQAAAAAAAAAAAAXAAATAAAAAAAAVlA4IFwAAAA0AwCdASoYABQA"
                    + "Px10r1ODfoAAAjiWgtgAgCjKh7hU/8cAAP6TKp9tl5R/6VknXiQ7WazXesRSYO9koo+F93ZVuSIBTQXIxZ7KcBWIr4Ojl+8y"
                    + "nRoDQrVtEgAAAA==");

    private static List<byte[]> pictures() throws IOException {
        List<byte[]> pictures = new ArrayList<>();
        for (String format : List.of("png", "jpg", "gif", "bmp", "tiff")) {
            for (int type : new int[]{BufferedImage.TYPE_INT_RGB, BufferedImage.TYPE_BYTE_GRAY,
                    BufferedImage.TYPE_BYTE_INDEXED}) {
                BufferedImage image = new BufferedImage(24, 20, type);
                for (int p = 0; p < 480; p++) {
                    image.setRGB(p % 24, p / 24, p * 7919);
                }
                ByteArrayOutputStream out = new ByteArrayOutputStream();
                ImageIO.write(image, format, out);
                if (out.size() > 0) { // not each format has each type
                    pictures.add(out.toByteArray());
                }
            }
        }
        WEBP.forEach(text -> pictures.add(Base64.getDecoder().decode(text)));
        return pictures;
    }

    private static byte[] mutated(byte[] content, int kind, Random random) {
        int at = random.nextInt(content.length);
        switch (kind) {
            case 0 -> content[at] ^= (byte) (1 << random.nextInt(Byte.SIZE));
            case 1 -> content[random.nextInt(Math.min(content.length, 100))] = (byte) random.nextInt();
            case 2 -> Arrays.fill(content, at, Math.min(content.length, at + 1 + random.nextInt(40)),
                    (byte) -random.nextInt(2));
            case 3 -> {
                for (int i = at; i < Math.min(content.length, at + 1 + random.nextInt(20)); i++) {
                    content[i] = (byte) random.nextInt();
                }
            }
            default -> {
                return Arrays.copyOf(content, at);
            }
        }
        return content;
    }

    @Test
    void shouldDecodeOrRefuse() throws IOException {
        List<byte[]> pictures = pictures();
        assertTrue(pictures.size() >= 16, "pictures=" + pictures.size());
        Random random = new Random(11);
        int refused = 0;
        for (int i = 0; i < MUTANTS; i++) {
            byte[] mutant = mutated(pictures.get(i % pictures.size()).clone(), i / pictures.size() % 5, random);
            try {
                Picture picture = Picture.decode(mutant, OPTIONS);
                assertEquals((long) picture.height() * picture.width() * picture.channels(), picture.samples().length);
                assertTrue((long) picture.height() * picture.width() <= MOST_PIXELS);
            } catch (UndecodableException e) {
                refused++;
                assertTrue(e.reason().length() > 5, e.reason());
            }
        }
        assertTrue(refused > MUTANTS / 4 && refused < MUTANTS, "refused=" + refused);
    }

    @Test
    void shouldDecodeWebpWithoutPillow() throws UndecodableException {
        Picture lossy = Picture.decode(Base64.getDecoder().decode(WEBP.get(0)), OPTIONS);
        assertEquals("24 x 20, [TRANSPARENT]", lossy.width() + " x " + lossy.height() + ", " + lossy.traits());
        Picture lossless = Picture.decode(Base64.getDecoder().decode(WEBP.get(1)), OPTIONS);
        for (int i = 0; i < 480; i++) { // red=10x, green=12y, blue=5(x+y), opacity=9x+20, over white
            int x = i % 24;
            int opacity = 9 * x + 20;
            assertEquals((10 * x * opacity + 255 * (255 - opacity) + 127) / 255, lossless.samples()[3 * i] & 255);
            assertEquals((12 * (i / 24) * opacity + 255 * (255 - opacity) + 127) / 255,
                    lossless.samples()[3 * i + 1] & 255);
        }
        assertEquals(Set.of(Trait.SEVERAL),
                Picture.decode(Base64.getDecoder().decode(WEBP.get(2)), OPTIONS).traits());
    }
}
