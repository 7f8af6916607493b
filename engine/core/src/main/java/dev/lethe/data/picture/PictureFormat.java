package dev.lethe.data.picture;

import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.Set;

/** Formats of pictures, told by the first bytes of a file. */
public enum PictureFormat {
    /** Portable Network Graphics. */
    PNG("PNG", true),
    /** JPEG, with any or no application's header. */
    JPEG("JPEG", true),
    /** Graphics Interchange Format. */
    GIF("GIF", true),
    /** Bitmaps of Windows and OS/2. */
    BMP("BMP", true),
    /** Tagged Image File Format. */
    TIFF("TIFF", true),
    /** TIFF with offsets of 64 bits. */
    BIG_TIFF("BigTIFF", false),
    /** WebP, lossy or lossless. */
    WEBP("WebP", true),
    /** High Efficiency Image File Format with HEVC, as telephones write it. */
    HEIC("HEIC", false),
    /** High Efficiency Image File Format with AV1. */
    AVIF("AVIF", false),
    /** JPEG 2000. */
    JPEG2000("JPEG 2000", false),
    /** JPEG XL. */
    JPEG_XL("JPEG XL", false);

    /** Number of bytes at the beginning of a file by which its format is told. */
    public static final int HEAD_BYTES = 32;

    private static final int BRAND_AT = 8;
    private static final int BMP_HEADER_AT = 14;
    private static final Set<Integer> BMP_HEADERS = Set.of(12, 16, 40, 52, 56, 64, 108, 124);
    private static final Set<String> HEIC_BRANDS = Set.of("heic", "heix", "hevc", "hevx", "heim", "heis", "mif1",
            "msf1");
    private static final Set<String> AVIF_BRANDS = Set.of("avif", "avis");

    private final String title;
    private final boolean read;

    PictureFormat(String title, boolean read) {
        this.title = title;
        this.read = read;
    }

    /** Tells whether pictures of the format are read. */
    public boolean isRead() {
        return read;
    }

    /**
     * Tells the format of a file; empty if it is none of these.
     *
     * @param head first bytes of the file, {@value #HEAD_BYTES} if it has as many
     */
    public static Optional<PictureFormat> of(byte[] head) {
        if (begins(head, 0, "\u0089PNG\r\n\u001a\n")) {
            return Optional.of(PNG);
        } else if (begins(head, 0, "\u00ff\u00d8\u00ff")) {
            return Optional.of(JPEG);
        } else if (begins(head, 0, "GIF87a") || begins(head, 0, "GIF89a")) {
            return Optional.of(GIF);
        } else if (begins(head, 0, "II*\0") || begins(head, 0, "MM\0*")) {
            return Optional.of(TIFF);
        } else if (begins(head, 0, "II+\0") || begins(head, 0, "MM\0+")) {
            return Optional.of(BIG_TIFF);
        } else if (begins(head, 0, "RIFF") && begins(head, BRAND_AT, "WEBP")) {
            return Optional.of(WEBP);
        } else if (begins(head, 0, "BM")) {
            return Optional.of(BMP).filter(_ -> hasBmpHeader(head));
        } else if (begins(head, 4, "ftyp")) {
            return ofBrand(head);
        } else if (begins(head, 4, "jP  \r\n\u0087\n") || begins(head, 0, "\u00ff\u004f\u00ff\u0051")) {
            return Optional.of(JPEG2000);
        } else if (begins(head, 4, "JXL \r\n\u0087\n") || begins(head, 0, "\u00ff\n")) {
            return Optional.of(JPEG_XL);
        }
        return Optional.empty();
    }

    private static boolean begins(byte[] head, int at, String bytes) {
        byte[] wanted = bytes.getBytes(StandardCharsets.ISO_8859_1);
        if (head.length < at + wanted.length) {
            return false;
        }
        for (int i = 0; i < wanted.length; i++) {
            if (head[at + i] != wanted[i]) {
                return false;
            }
        }
        return true;
    }

    /** Tells whether the size of a header follows, as texts begin with these two letters too. */
    private static boolean hasBmpHeader(byte[] head) {
        return head.length >= BMP_HEADER_AT + Integer.BYTES
                && BMP_HEADERS.contains(new Bytes(head).little32(BMP_HEADER_AT));
    }

    private static Optional<PictureFormat> ofBrand(byte[] head) {
        if (head.length < BRAND_AT + Integer.BYTES) {
            return Optional.empty();
        }
        String brand = new String(head, BRAND_AT, Integer.BYTES, StandardCharsets.ISO_8859_1);
        if (AVIF_BRANDS.contains(brand)) {
            return Optional.of(AVIF);
        }
        if (!HEIC_BRANDS.contains(brand)) {
            return Optional.empty();
        }
        // the general brand says no more than that one of the others follows
        String others = new String(head, BRAND_AT, head.length - BRAND_AT, StandardCharsets.ISO_8859_1);
        return Optional.of(AVIF_BRANDS.stream().anyMatch(others::contains) ? AVIF : HEIC);
    }

    /** Returns the name of the format in sentences. */
    @Override
    public String toString() {
        return title;
    }
}
