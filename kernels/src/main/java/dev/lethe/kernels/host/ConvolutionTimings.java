package dev.lethe.kernels.host;

import dev.lethe.kernels.op.ConvolutionAlgorithm;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The times that algorithms of convolutions took on this and other processors, kept in a file, so that every program
 * chooses as the first one did. Lines that cannot be read count as missing. A file that cannot be written is only
 * logged: what was measured then lasts as long as this object. Safe for use by several threads and processes: each adds
 * its lines to those of the others, and of two that measured the same convolution the first to store it wins.
 */
public final class ConvolutionTimings {
    private static final Logger LOG = LoggerFactory.getLogger(ConvolutionTimings.class);
    private static final String HEADER = "# Milliseconds that Lethe measured on these processors. Delete a line, or "
            + "the file, to have it measured again.";
    private static final String SEPARATOR = "\t";
    private static final double MILLIS = 1e-6;
    /** The lock while a file is replaced: locks on files exclude other processes, and fail within one. */
    private static final Object STORING = new Object();

    private final Path file;
    private final Map<String, Map<ConvolutionAlgorithm, Double>> millisByKey = new TreeMap<>();
    private final Set<String> measured = new TreeSet<>(); // keys that are not stored yet
    private boolean loaded;

    /** Opens the timings of a file, which need not exist. */
    public ConvolutionTimings(Path file) {
        this.file = file;
    }

    /** Returns the file of all programs: {@code convolutions.tsv} in the {@link CacheFolder}. */
    public static Path defaultFile() {
        return CacheFolder.current().resolve("convolutions.tsv");
    }

    /**
     * Returns the fastest algorithm; empty where it is not known.
     *
     * @param key text of processor, workers and convolution
     */
    public synchronized Optional<ConvolutionAlgorithm> fastest(String key) {
        load();
        return Optional.ofNullable(millisByKey.get(key)).map(millis -> millis.entrySet().stream()
                .min(Map.Entry.comparingByValue()).orElseThrow().getKey());
    }

    /** Keeps measured times in memory, until {@link #store}. */
    public synchronized void put(String key, Map<ConvolutionAlgorithm, Long> nanos) {
        load();
        Map<ConvolutionAlgorithm, Double> millis = new EnumMap<>(ConvolutionAlgorithm.class);
        nanos.forEach((algorithm, time) -> millis.put(algorithm, time * MILLIS));
        millisByKey.put(key, millis);
        measured.add(key);
    }

    /** Returns readable lines for the keys that begin with a prefix, without the prefix. */
    public synchronized List<String> lines(String prefix) {
        load();
        return millisByKey.entrySet().stream().filter(entry -> entry.getKey().startsWith(prefix))
                .map(entry -> entry.getKey().substring(prefix.length()) + SEPARATOR + text(entry.getValue())).toList();
    }

    /**
     * Formats times to the nanosecond, as measured, so that close times choose the same algorithm when they are read
     * back.
     */
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
        try {
            millisByKey.putAll(stored());
        } catch (IOException e) {
            LOG.warn("timings of convolutions in {} cannot be read and will be measured again: {}", file,
                    e.toString());
        }
    }

    /** Reads the file as it is now. */
    private Map<String, Map<ConvolutionAlgorithm, Double>> stored() throws IOException {
        Map<String, Map<ConvolutionAlgorithm, Double>> read = new TreeMap<>();
        if (Files.isRegularFile(file)) {
            Files.readAllLines(file).forEach(line -> read(line, read));
        }
        return read;
    }

    private static void read(String line, Map<String, Map<ConvolutionAlgorithm, Double>> to) {
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
            to.put(fields[0], millis);
        }
    }

    /**
     * Adds the measured times to the file. Afterwards this object has the lines of the file, with those that others
     * have added and without those that were deleted.
     */
    public synchronized void store() {
        try {
            Files.createDirectories(file.getParent());
            synchronized (STORING) {
                try (FileChannel channel = FileChannel.open(lockFile(), StandardOpenOption.CREATE,
                        StandardOpenOption.WRITE); FileLock _ = channel.lock()) {
                    Map<String, Map<ConvolutionAlgorithm, Double>> merged = stored();
                    measured.forEach(key -> merged.putIfAbsent(key, millisByKey.get(key)));
                    millisByKey.clear();
                    millisByKey.putAll(merged);
                    replace();
                    measured.clear();
                }
            }
        } catch (IOException e) {
            LOG.warn("timings of convolutions cannot be kept in {} and will be measured again: {}", file,
                    e.toString());
        }
    }

    /** Returns the file that processes lock: not the file of timings, which is replaced by a renamed one. */
    private Path lockFile() {
        return file.resolveSibling(file.getFileName() + ".lock");
    }

    /** Writes the file anew, whole or not at all. */
    private void replace() throws IOException {
        List<String> lines = new ArrayList<>(List.of(HEADER));
        lines.addAll(lines(""));
        Path aside = Files.createTempFile(file.getParent(), "convolutions", ".tmp");
        try {
            Files.write(aside, lines);
            Files.move(aside, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } finally {
            Files.deleteIfExists(aside);
        }
    }
}
