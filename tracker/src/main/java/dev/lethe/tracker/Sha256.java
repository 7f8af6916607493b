package dev.lethe.tracker;

import dev.lethe.tracker.io.FileBytes;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * A SHA-256 digest: the fingerprint of a data set or of a configuration.
 *
 * @param hex
 *            the digest as 64 lower-case hexadecimal digits
 */
public record Sha256(String hex) {
    /** The number of bytes of a digest. */
    public static final int BYTES = 32;

    private static final int CHUNK = 1 << 16;

    /** The stand-in for a fingerprint that the caller did not give; it matches only itself. */
    public static final Sha256 UNSPECIFIED = new Sha256("0".repeat(2 * BYTES));

    /** Checks the digits. */
    public Sha256 {
        if (!hex.matches("[0-9a-f]{64}")) {
            throw new IllegalArgumentException("hex=" + hex + " is not a SHA-256 digest: 64 lower-case hex digits");
        }
    }

    /** Returns the digest of the parts, one after the other. */
    public static Sha256 of(byte[]... parts) {
        MessageDigest digest = digest();
        for (byte[] part : parts) {
            digest.update(part);
        }
        return ofDigest(digest.digest());
    }

    /**
     * Returns the digest of a file's content.
     *
     * @throws IOException
     *             if it cannot be read
     */
    public static Sha256 ofFile(Path file) throws IOException {
        MessageDigest digest = digest();
        byte[] chunk = new byte[CHUNK];
        try (InputStream in = Files.newInputStream(file)) {
            for (int read = in.read(chunk); read >= 0; read = in.read(chunk)) {
                digest.update(chunk, 0, read);
            }
        } catch (IOException e) {
            throw FileBytes.unreadable(e, (problem, cause) -> new IOException("file=" + file + ": " + problem, cause));
        }
        return ofDigest(digest.digest());
    }

    /** Makes a digest to compute in parts, for {@link #ofDigest}. */
    public static MessageDigest digest() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform must provide SHA-256", e);
        }
    }

    /** Returns the digest of a text's UTF-8 bytes. */
    public static Sha256 ofText(String text) {
        return of(text.getBytes(StandardCharsets.UTF_8));
    }

    /**
     * Returns a digest that was computed elsewhere.
     *
     * @param digest
     *            its {@value #BYTES} bytes
     */
    public static Sha256 ofDigest(byte[] digest) {
        return new Sha256(HexFormat.of().formatHex(digest));
    }

    /** Returns the {@value #BYTES} bytes of the digest, in a new array. */
    public byte[] bytes() {
        return HexFormat.of().parseHex(hex);
    }

    @Override
    public String toString() {
        return hex;
    }
}
