package dev.lethe.kernels.host;

import dev.lethe.kernels.op.ConvolutionAlgorithm;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How long the algorithms of convolutions took on this and other processors, kept in a file, so that every program
 * chooses as the first one did. Lines that cannot be read count as not there. A file that cannot be written is only
 * logged: what was measured then lasts as long as this object. Safe for use by several threads; of several processes
 * that write at once one wins, and the others' programs are measured again.
 */
public final class ConvolutionTimings {
    private static final Logger LOG = LoggerFactory.getLogger(ConvolutionTimings.class);
    private static final String HEADER = "# Milliseconds that Lethe measured on these processors. Delete a line, or "
            + "the file, to have it measured again.";
    private static final String SEPARATOR = "\t";
    private static final double MILLIS = 1e-6;

    private final Path file;
    private final Map<String, Map<ConvolutionAlgorithm, Double>> millisByKey = new TreeMap<>();
    private boolean loaded;

    /** Timings in a file, which need not exist. */
    public ConvolutionTimings(Path file) {
        this.file = file;
    }

    /** Where programs keep theirs: {@code convolutions.tsv} in the {@link CacheFolder}. */
    public static Path defaultFile() {
        return CacheFolder.current().resolve("convolutions.tsv");
    }

    /**
     * The fastest algorithm.
     *
     * @param key processor, workers and convolution, in words
     * @return empty where it is not known
     */
    public synchronized Optional<ConvolutionAlgorithm> fastest(String key) {
        load();
        return Optional.ofNullable(millisByKey.get(key)).map(millis -> millis.entrySet().stream()
                .min(Map.Entry.comparingByValue()).orElseThrow().getKey());
    }

    /** Keeps what was measured, until {@link #store}. */
    public synchronized void put(String key, Map<ConvolutionAlgorithm, Long> nanos) {
        load();
        Map<ConvolutionAlgorithm, Double> millis = new EnumMap<>(ConvolutionAlgorithm.class);
        nanos.forEach((algorithm, time) -> millis.put(algorithm, time * MILLIS));
        millisByKey.put(key, millis);
    }

    /** Lines to read, of keys that begin so. */
    public synchronized List<String> lines(String prefix) {
        load();
        return millisByKey.entrySet().stream().filter(entry -> entry.getKey().startsWith(prefix))
                .map(entry -> entry.getKey().substring(prefix.length()) + SEPARATOR + text(entry.getValue())).toList();
    }

    /** To the nanosecond, as measured: what is read back must choose the same algorithm, also between close times. */
    private static String text(Map<ConvolutionAlgorithm, Double> millis) {
        return millis.entrySet().stream()
                .map(entry -> String.format(Locale.ROOT, "%s %.6f", entry.getKey().label(), entry.getValue()))
                .collect(Collectors.joining(SEPARATOR));
    }

    private void load() {
        if (loaded) {
            return;
        }
        loaded = true;
        if (!Files.isRegularFile(file)) {
            return;
        }
        try {
            Files.readAllLines(file).forEach(this::read);
        } catch (IOException e) {
            LOG.warn("timings of convolutions in {} cannot be read and will be measured again: {}", file,
                    e.toString());
        }
    }

    private void read(String line) {
        String[] fields = line.split(SEPARATOR);
        Map<ConvolutionAlgorithm, Double> millis = new EnumMap<>(ConvolutionAlgorithm.class);
        try {
            for (int i = 1; i < fields.length; i++) {
                String[] words = fields[i].split(" ");
                millis.put(ConvolutionAlgorithm.of(words[0]), Double.valueOf(words[1]));
            }
        } catch (IllegalArgumentException | ArrayIndexOutOfBoundsException _) { // a comment, or of another version
            return;
        }
        if (!millis.isEmpty()) {
            millisByKey.put(fields[0], millis);
        }
    }

    /** Writes the file anew, whole or not at all. */
    public synchronized void store() {
        List<String> lines = new ArrayList<>(List.of(HEADER));
        lines.addAll(lines(""));
        try {
            Files.createDirectories(file.getParent());
            Path aside = Files.createTempFile(file.getParent(), "convolutions", ".tmp");
            try {
                Files.write(aside, lines);
                Files.move(aside, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            } finally {
                Files.deleteIfExists(aside);
            }
        } catch (IOException e) {
            LOG.warn("timings of convolutions cannot be kept in {} and will be measured again: {}", file,
                    e.toString());
        }
    }
}
