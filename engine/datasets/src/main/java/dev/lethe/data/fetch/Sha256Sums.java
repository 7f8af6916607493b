package dev.lethe.data.fetch;

import dev.lethe.data.DataSetException;
import dev.lethe.io.AtomicFiles;
import dev.lethe.tracker.Sha256;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * File {@code SHA256SUMS} of a fetched folder: the digests of its files when they had been verified, which {@code
 * sha256sum -c} reads too.
 */
final class Sha256Sums {
    private static final String NAME = "SHA256SUMS";
    private static final Pattern LINE = Pattern.compile("([0-9a-f]{64})  (.+)");

    private Sha256Sums() {}

    static void write(Path folder) throws IOException {
        StringBuilder lines = new StringBuilder();
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file : files.filter(Files::isRegularFile).sorted().toList()) {
                lines.append(Sha256.ofFile(file)).append("  ").append(file.getFileName()).append('\n');
            }
        }
        AtomicFiles.write(folder.resolve(NAME), lines);
    }

    private static List<String> lines(Path sums) throws IOException {
        try {
            return Files.readAllLines(sums);
        } catch (CharacterCodingException e) {
            throw new DataSetException(sums + " is not text any more: delete " + sums.getParent()
                    + " and fetch it again", e);
        }
    }

    /** Verifies the files of a folder, if it was fetched. */
    static void verify(Path folder) throws IOException {
        Path sums = folder.resolve(NAME);
        if (!Files.isRegularFile(sums)) {
            return;
        }
        for (String line : lines(sums)) {
            Matcher matcher = LINE.matcher(line);
            if (!matcher.matches()) {
                throw new DataSetException(sums + " has the line '" + line + "': delete " + folder
                        + " and fetch it again");
            }
            Path file = folder.resolve(matcher.group(2));
            if (!Files.isRegularFile(file) || !Sha256.ofFile(file).hex().equals(matcher.group(1))) {
                throw new DataSetException(file + (Files.exists(file) ? " has changed" : " is missing")
                        + " since it was fetched: delete " + folder + " and fetch it again");
            }
        }
    }
}
