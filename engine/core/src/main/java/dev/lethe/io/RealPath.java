package dev.lethe.io;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;

/** Comparison of places in the file system, whatever their paths look like and whether they exist yet. */
public final class RealPath {
    private RealPath() {}

    /**
     * Says whether a path leads into a folder, or to the folder itself, when symbolic links and {@code ..} are
     * followed.
     *
     * @param path path that need not exist
     * @param folder folder; nothing is inside one that does not exist
     */
    public static boolean isInside(Path path, Path folder) throws IOException {
        for (Path above = Files.exists(folder) ? of(path) : null; above != null; above = above.getParent()) {
            // the file system says: it may ignore case, or know a folder in two places
            if (Files.exists(above) && Files.isSameFile(above, folder)) {
                return true;
            }
        }
        return false;
    }

    /** Returns the real path of what exists at a path, or would be made there. */
    private static Path of(Path path) throws IOException {
        Path absolute = path.toAbsolutePath();
        Path existing = absolute;
        while (!Files.exists(existing)) {
            existing = Objects.requireNonNull(existing.getParent(), "the root exists");
        }
        int known = existing.getNameCount();
        if (known == absolute.getNameCount()) {
            return existing.toRealPath();
        }
        Path rest = absolute.subpath(known, absolute.getNameCount());
        Path real = existing.toRealPath().resolve(rest);
        Path normal = real.normalize();
        return normal.equals(real) ? real : of(normal); // which may lead through other links
    }
}
