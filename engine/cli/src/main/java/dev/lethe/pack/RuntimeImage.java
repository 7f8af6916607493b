package dev.lethe.pack;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.spi.ToolProvider;

/** Java runtime of a pack: the JVM and the modules that Lethe uses, linked by the JDK that runs Lethe. */
final class RuntimeImage {
    /**
     * Modules that {@code jdeps} finds in Lethe and its libraries, without {@code java.sql}, which Jackson and
     * JFreeChart use only for values that Lethe does not have.
     */
    private static final List<String> MODULES = List.of("java.base", "java.desktop", "java.logging", "java.management",
            "java.net.http", "java.xml", "jdk.incubator.vector", "jdk.management", "jdk.unsupported");

    private static final String REMEDY = "run Lethe with a whole JDK 25 (for example Temurin 25; JAVA25_HOME names it)";

    private RuntimeImage() {}

    /** Verifies that this Java can link runtimes. */
    static void requireLinker() {
        linker();
    }

    private static ToolProvider linker() {
        return ToolProvider.findFirst("jlink").orElseThrow(() -> new PackException("the Java in "
                + System.getProperty("java.home") + " has no jlink, which makes the runtime of a pack: " + REMEDY));
    }

    /** Returns the modules of a pack without some content. */
    static List<String> modules(Set<OptionalContent> without) {
        return MODULES.stream().filter(module -> without.stream().noneMatch(content -> content.hasModule(module)))
                .toList();
    }

    /**
     * Links the runtime into a folder that does not exist yet. It is not compressed, because the archive compresses the
     * whole better than jlink does its parts. Native code is left as it is: JDKs come with it stripped, and {@code
     * --strip-debug} fails where there is no {@code objcopy}.
     *
     * @param folder folder of the runtime
     * @param without content whose modules are left out
     */
    static void link(Path folder, Set<OptionalContent> without) {
        StringWriter said = new StringWriter();
        PrintWriter to = new PrintWriter(said);
        int exitCode = linker().run(to, to, "--add-modules", String.join(",", modules(without)),
                "--strip-java-debug-attributes",
                "--no-man-pages", "--no-header-files", "--compress", "zip-0", "--output", folder.toString());
        if (exitCode != 0) {
            throw new PackException("jlink of " + System.getProperty("java.home") + " failed ("
                    + said.toString().strip().replace(System.lineSeparator(), "; ") + "): " + REMEDY);
        }
    }
}
