package dev.lethe.data.fetch;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * What a file's content must hash to.
 *
 * @param algorithm {@code MD5} or {@code SHA-256}
 * @param hex the digest in lower-case hexadecimal digits
 */
public record Checksum(String algorithm, String hex) {
    private static final int CHUNK = 1 << 16;

    public Checksum {
        if (!hex.matches("[0-9a-f]{" + 2 * digest(algorithm).getDigestLength() + "}")) {
            throw new IllegalArgumentException(algorithm + " digest '" + hex + "': write it in lower-case hex digits");
        }
    }

    /** The MD5 sum, which is what most authors publish; it finds damage, not forgery. */
    public static Checksum md5(String hex) {
        return new Checksum("MD5", hex);
    }

    /** A file's SHA-256 sum. */
    static Checksum sha256(Path file) throws IOException {
        return of("SHA-256", file);
    }

    private static Checksum of(String algorithm, Path file) throws IOException {
        MessageDigest digest = digest(algorithm);
        byte[] chunk = new byte[CHUNK];
        try (InputStream in = Files.newInputStream(file)) {
            for (int read = in.read(chunk); read >= 0; read = in.read(chunk)) {
                digest.update(chunk, 0, read);
            }
        }
        return new Checksum(algorithm, HexFormat.of().formatHex(digest.digest()));
    }

    /** What a file has where this is wanted. */
    Checksum found(Path file) throws IOException {
        return of(algorithm, file);
    }

    private static MessageDigest digest(String algorithm) {
        try {
            return MessageDigest.getInstance(algorithm);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalArgumentException("checksum algorithm=" + algorithm + ": use MD5 or SHA-256", e);
        }
    }

    @Override
    public String toString() {
        return algorithm + " " + hex;
    }
}
