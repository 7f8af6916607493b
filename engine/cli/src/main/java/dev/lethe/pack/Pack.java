package dev.lethe.pack;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Archive of Lethe with its own Java runtime, in one folder:
 *
 * <pre>
 * lethe-VERSION/
 *   lethe                   starts Lethe, a POSIX shell script
 *   README LICENSE NOTICE
 *   runtime/                of jlink, and a font
 *   lib/                    jars of the class path without native code, and jvm.options
 *   bench/                  scripts that measure, where benchmarks come along
 *   natives/                what JavaCPP would otherwise unpack into a cache folder at every user's first start
 * </pre>
 *
 * Immutable.
 */
public final class Pack {
    /** System property that the launcher of a pack sets to the pack's folder. */
    public static final String PROPERTY = "lethe.pack";

    private static final Pattern CUDA_JAR = Pattern.compile("cuda-\\d.*\\.jar");
    /** Libraries of the CUDA bindings that training on a GPU calls; the other 23 need more of CUDA. */
    private static final Set<String> CUDA_NATIVES = Stream.of("cudart", "cublas", "cudnn", "nvrtc")
            .map(name -> "libjni" + name + ".so").collect(Collectors.toUnmodifiableSet());

    private final String version;
    private final List<Path> classPath;
    private final boolean cuda;
    private final Set<OptionalContent> without;
    private final @Nullable Benchmarks benchmarks; // null for none

    private Pack(String version, List<Path> classPath, boolean cuda, Set<OptionalContent> without,
            @Nullable Benchmarks benchmarks) {
        this.version = version;
        this.classPath = List.copyOf(classPath);
        this.cuda = cuda;
        this.without = Set.copyOf(without);
        this.benchmarks = benchmarks;
    }

    /**
     * Describes a pack without benchmarks.
     *
     * @param version version of Lethe
     * @param classPath jars, and folders of classes, that this Lethe runs with
     * @param cuda whether the CUDA bindings are packed
     * @param without content that is left out
     * @throws IllegalArgumentException when the pack could not train
     */
    public Pack(String version, List<Path> classPath, boolean cuda, Set<OptionalContent> without) {
        this(version, classPath, cuda, without, null);
        if (without.contains(OptionalContent.CPU) && !cuda) {
            throw new IllegalArgumentException(
                    "a pack without " + OptionalContent.CPU + " and without the bindings of CUDA could "
                            + "not train: add --cuda, or take " + OptionalContent.CPU + " out of --without");
        }
    }

    /**
     * Describes a pack of the Lethe that runs.
     *
     * @throws IllegalArgumentException when the pack could not train
     */
    public static Pack ofThisLethe(String version, boolean cuda, Set<OptionalContent> without) {
        return new Pack(version, Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
                .map(Path::of).filter(Files::exists).toList(), cuda, without);
    }

    /** Returns this pack with benchmarks, too. */
    public Pack with(Benchmarks added) {
        return new Pack(version, classPath, cuda, without, Objects.requireNonNull(added, "benchmarks"));
    }

    /** Returns the default name of the archive, without its suffix. */
    public String fileName() {
        return folderName() + "-" + Platform.current().name() + (cuda ? "-cuda" : "")
                + leftOut().map(content -> "-no-" + content).collect(Collectors.joining())
                + (benchmarks == null ? "" : "-bench");
    }

    /** Returns the content that is left out, in the order of declaration, which a set does not keep. */
    private Stream<OptionalContent> leftOut() {
        return Stream.of(OptionalContent.values()).filter(without::contains);
    }

    private String folderName() {
        return "lethe-" + version;
    }

    /**
     * Writes the archive. It is made beside its place and moved there when it is whole.
     *
     * @param archive file to write
     * @param format format of the archive
     * @param replace whether an existing file may be replaced
     * @param progress is told of each step before it begins
     * @throws PackException naming a missing requirement, before anything is written
     */
    public void write(Path archive, ArchiveFormat format, boolean replace, Consumer<String> progress)
            throws IOException {
        requirePossible(archive, replace);
        Path partial = archive.resolveSibling(archive.getFileName() + ".partial");
        // For an impatient user's Ctrl-C. It stays, as it may be running already when it would be taken back.
        Runtime.getRuntime().addShutdownHook(new Thread(() -> deleteIfPossible(partial)));
        try {
            delete(partial);
            Path folder = Files.createDirectories(partial.resolve(folderName()));
            progress.accept("linking a Java runtime");
            Path runtime = folder.resolve("runtime");
            RuntimeImage.link(runtime, without);
            if (!without.contains(OptionalContent.FIGURES) && !FallbackFont.add(FallbackFont.SYSTEM_FONTS, runtime)) {
                progress.accept("the pack has no font: " + FallbackFont.FILE + " is not in " + FallbackFont.SYSTEM_FONTS
                        + ", and studies need one where the pack runs");
            }
            progress.accept("collecting Lethe, its libraries and their native code");
            assemble(folder);
            progress.accept("compressing, which takes a minute or more");
            Path whole = partial.resolve(archive.getFileName());
            format.write(folder, whole);
            Files.move(whole, archive, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } finally {
            delete(partial);
        }
    }

    private void requirePossible(Path archive, boolean replace) {
        if (System.getProperty(PROPERTY) != null) {
            throw new PackException(
                    "this Lethe runs from a pack, which cannot make another: run ./lethe pack where Lethe "
                            + "was built, with a JDK");
        }
        if (Files.isDirectory(archive)) {
            throw new PackException(archive + " is a folder: name another file with --out");
        }
        if (Files.exists(archive) && !replace) {
            throw new PackException(archive + " is there already: replace it with --force, or name another with --out");
        }
        if (cuda) {
            requireCuda();
        }
        if (benchmarks != null) {
            benchmarks.requireBuilt();
        }
        RuntimeImage.requireLinker();
    }

    private void requireCuda() {
        List<String> jars = classPath.stream().map(Pack::name).filter(name -> CUDA_JAR.matcher(name).matches())
                .toList();
        Platform platform = Platform.current();
        boolean natives = jars.stream().anyMatch(platform::isOfNatives);
        boolean classes = jars.stream().anyMatch(jar -> !platform.isOfNatives(jar));
        if (!natives || !classes) {
            String missing = Stream.of(classes ? "" : "cuda-VERSION.jar",
                    natives ? "" : "cuda-VERSION-" + platform.name() + ".jar").filter(name -> !name.isEmpty())
                    .collect(Collectors.joining(" and "));
            throw new PackException(missing + " of org.bytedeco:cuda, the CUDA bindings, must be on Lethe's "
                    + "class path: put what is missing into engine/cli/target/lib, or pack without --cuda");
        }
    }

    /** Fills a pack's folder with everything except its runtime. */
    void assemble(Path folder) throws IOException {
        Path launcher = folder.resolve("lethe");
        copyResource("launcher", launcher);
        Files.setPosixFilePermissions(launcher, PosixFilePermissions.fromString("rwxr-xr-x"));
        for (String text : List.of("README", "LICENSE", "NOTICE")) {
            copyResource(text, folder.resolve(text));
        }
        if (!without.isEmpty()) {
            Files.writeString(folder.resolve("README"),
                    leftOut().map(content -> "  " + content + ": " + content.description())
                            .collect(Collectors.joining("\n", "\nThis pack was made without\n\n", "\n")),
                    StandardOpenOption.APPEND);
        }
        Path lib = Files.createDirectory(folder.resolve("lib"));
        copyResource("/dev/lethe/cli/jvm.options", lib.resolve("jvm.options"));
        Path natives = Files.createDirectory(folder.resolve("natives"));
        Platform platform = Platform.current();
        int extracted = 0;
        for (int i = 0; i < classPath.size(); i++) {
            Path entry = classPath.get(i);
            String name = name(entry);
            boolean ofCuda = CUDA_JAR.matcher(name).matches();
            if (ofCuda && !cuda || without.stream().anyMatch(content -> content.hasJar(name))) {
                continue;
            }
            if (Files.isDirectory(entry)) {
                Jars.store(entry, lib.resolve(name + "-" + i + ".jar"), this::isWanted);
            } else if (platform.isOfNatives(name)) {
                extracted += Jars.extract(entry, file -> platform.isNative(file)
                        && (!ofCuda || CUDA_NATIVES.contains(name(Path.of(file)))), natives);
            } else {
                Jars.store(entry, lib.resolve(name), this::isWanted);
            }
        }
        if (benchmarks != null) {
            benchmarks.addTo(folder, classPath.stream().map(Pack::name).collect(Collectors.toSet()),
                    this::isWanted);
        }
        if (extracted == 0) {
            throw new PackException("no native libraries for " + platform.name() + " are on Lethe's class path: build "
                    + "Lethe with -Djavacpp.platform=" + platform.name());
        }
    }

    private boolean isWanted(String entry) {
        return !Platform.isSharedLibrary(entry) && without.stream().noneMatch(content -> content.hasEntry(entry));
    }

    private static String name(Path path) {
        return path.getFileName().toString();
    }

    private static void copyResource(String resource, Path to) throws IOException {
        try (InputStream content = Pack.class.getResourceAsStream(resource)) {
            Files.copy(content, to);
        }
    }

    private static void deleteIfPossible(Path folder) {
        try {
            delete(folder);
        } catch (IOException | UncheckedIOException e) {
            return; // still being written to: the next pack deletes it
        }
    }

    /** Deletes a folder, one thread at a time: after Ctrl-C the thread that packs may fail and clean up too. */
    private static synchronized void delete(Path folder) throws IOException {
        if (Files.exists(folder)) {
            try (Stream<Path> paths = Files.walk(folder)) {
                for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
                    Files.deleteIfExists(path);
                }
            }
        }
    }
}
