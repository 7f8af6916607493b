package dev.lethe.stress;

import dev.lethe.bench.BenchMain;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.openjdk.jcstress.Options;

/**
 * The options of jcstress, with the project's defaults for options that are not on the command line: every test in each
 * of four JVMs (interpreter, C1, C2, C2 with shuffled instructions), in less than two minutes on two cores; few states
 * at a time, because each holds memory outside the heap, which jcstress does not see; and all files below one folder.
 * Forks get the flags that every JVM of the project needs. The tracker runs its scalar kernels in the interpreter and
 * under C1, and its vector kernels under C2.
 */
final class StressOptions extends Options {
    private static final Map<String, String> DEFAULTS = new LinkedHashMap<>();

    static {
        DEFAULTS.put("sc", "false");
        DEFAULTS.put("fsm", "1");
        DEFAULTS.put("iters", "3");
        DEFAULTS.put("time", "150");
        DEFAULTS.put("strideSize", "8");
        DEFAULTS.put("strideCount", "16");
        DEFAULTS.put("r", Path.of("lethe-out", "stress").toString());
    }

    private final boolean help;

    /** Takes the command line; {@link #parse} reads it. */
    StressOptions(String... arguments) {
        super(withDefaults(arguments));
        help = names(arguments).contains("h");
    }

    private static Set<String> names(String... arguments) {
        return Arrays.stream(arguments).filter(argument -> argument.startsWith("-"))
                .map(option -> option.replaceFirst("^-+", "").replaceFirst("=.*", "")).collect(Collectors.toSet());
    }

    private static String[] withDefaults(String... arguments) {
        Set<String> given = names(arguments);
        Stream<String> defaults = DEFAULTS.entrySet().stream()
                // a preset of jcstress sets these two itself
                .filter(option -> !given.contains("m") || !option.getKey().matches("iters|time"))
                .filter(option -> !given.contains(option.getKey()))
                .flatMap(option -> Stream.of("-" + option.getKey(), option.getValue()));
        return Stream.concat(defaults, Arrays.stream(arguments)).toArray(String[]::new);
    }

    /** Tells whether nothing but the list of options was asked for. */
    boolean asksForHelp() {
        return help;
    }

    @Override
    public List<String> getJvmArgsPrepend() {
        List<String> flags = new ArrayList<>(BenchMain.jvmFlags());
        flags.addAll(super.getJvmArgsPrepend());
        return flags;
    }

    @Override
    public String getResultFile() {
        return shouldParse() ? super.getResultFile() : getResultDest() + super.getResultFile();
    }
}
