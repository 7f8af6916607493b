package dev.lethe.pack;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Font for machines without fonts, such as nodes of clusters and containers, on which Java could draw no figures. Java
 * asks the system first, and reads {@code fontconfig.properties} of its runtime only if the system has none.
 */
final class FallbackFont {
    /** Name of the font's file. The font may be distributed; its licence is part of the file. */
    static final String FILE = "DejaVuSans.ttf";
    /** Folder in which Linux distributions keep fonts. */
    static final Path SYSTEM_FONTS = Path.of("/usr/share/fonts");

    private static final int MOST_FOLDERS = 5;
    private static final String CONFIGURATION = """
            version=1
            allfonts.latin=-misc-dejavu sans-medium-r-normal--*-%d-*-*-p-*-iso10646-1
            sequence.allfonts=latin
            filename.-misc-dejavu_sans-medium-r-normal--*-%d-*-*-p-*-iso10646-1=$JRE_LIB_FONTS/""" + FILE + "\n";

    private FallbackFont() {}

    /**
     * Adds the font to a runtime.
     *
     * @param fonts folder to look for the font in
     * @param runtime folder of the runtime
     * @return whether this machine has the font
     */
    static boolean add(Path fonts, Path runtime) throws IOException {
        Optional<Path> font = find(fonts);
        if (font.isPresent()) {
            Path lib = runtime.resolve("lib");
            Files.copy(font.get(), Files.createDirectories(lib.resolve("fonts")).resolve(FILE));
            Files.writeString(lib.resolve("fontconfig.properties"), CONFIGURATION);
        }
        return font.isPresent();
    }

    private static Optional<Path> find(Path fonts) throws IOException {
        if (!Files.isDirectory(fonts)) {
            return Optional.empty();
        }
        try (Stream<Path> files = Files.walk(fonts, MOST_FOLDERS)) {
            return files.filter(file -> file.endsWith(FILE)).findFirst();
        } catch (UncheckedIOException e) {
            return Optional.empty(); // a folder that this user may not read: the font is no reason to fail
        }
    }
}
