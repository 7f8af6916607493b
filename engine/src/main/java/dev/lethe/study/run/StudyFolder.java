package dev.lethe.study.run;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Stream;

/**
 * The folder that a study writes to. {@code study.json} says which study it is; only the same study may write there
 * again, and then replaces its results.
 */
public final class StudyFolder {
    private static final String IDENTITY = "study.json";

    private StudyFolder() {}

    /**
     * Claims a folder, making it where it does not exist.
     *
     * @param settings all that decides the results
     * @throws StudyException when it cannot be written, or holds anything but this study; nothing is changed
     */
    public static void claim(Path folder, Map<String, Object> settings) {
        try {
            if (Files.exists(folder) && !Files.isDirectory(folder)) {
                throw new StudyException("--out " + folder + " is a file: choose a folder");
            }
            Path identity = folder.resolve(IDENTITY);
            if (Files.exists(identity)) {
                RunFolder.requireSame("--out " + folder, "study", Json.read(identity), Json.normalized(settings));
            } else if (isFilled(folder)) {
                throw new StudyException(
                        "--out " + folder + " holds files that are no study of Lethe: choose another folder");
            }
            Files.createDirectories(folder);
            Json.write(identity, settings);
        } catch (IOException e) {
            throw new StudyException(
                    "--out " + folder + " cannot be written: " + RunFolder.reason(e) + "; choose another folder", e);
        }
    }

    private static boolean isFilled(Path folder) throws IOException {
        if (!Files.exists(folder)) {
            return false;
        }
        try (Stream<Path> entries = Files.list(folder)) {
            return entries.findAny().isPresent();
        }
    }
}
