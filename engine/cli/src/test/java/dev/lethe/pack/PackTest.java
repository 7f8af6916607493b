package dev.lethe.pack;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lethe.data.StripedImages;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Packs of the Lethe under test. */
@Tag("slow")
class PackTest {
    private static final String VERSION = "1.2.3";

    @TempDir
    private Path folder;

    private record Outcome(int exitCode, String said) {}

    /** Returns the class path of the tests, without the libraries that only tests need. */
    static List<Path> classPath() {
        return Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator)).map(Path::of)
                .filter(Files::exists).filter(path -> !path.toString().matches(".*(junit|test-classes|tests).*"))
                .toList();
    }

    private static Pack pack(List<Path> jars, boolean cuda) {
        return new Pack(VERSION, jars, cuda, Set.of());
    }

    private static Pack pack(boolean cuda, OptionalContent... without) {
        return new Pack(VERSION, classPath(), cuda, Set.of(without));
    }

    /** Runs a command as a user without Java and without a home folder. */
    private Outcome run(String... command) throws IOException, InterruptedException {
        return run("", List.of(command));
    }

    private Outcome run(String javaFlags, List<String> command) throws IOException, InterruptedException {
        ProcessBuilder builder = new ProcessBuilder(command).directory(folder.toFile()).redirectErrorStream(true);
        builder.environment().clear();
        builder.environment().put("PATH", "/usr/bin:/bin");
        builder.environment().put("HOME", "/nonexistent");
        builder.environment().put("LETHE_CACHE", folder.resolve("cache").toString());
        builder.environment().put("LETHE_JAVA_OPTS", javaFlags);
        Process process = builder.start();
        String said = new String(process.getInputStream().readAllBytes());
        return new Outcome(process.waitFor(), said);
    }

    private static Set<String> names(Path of) throws IOException {
        try (Stream<Path> files = Files.list(of)) {
            return files.map(file -> file.getFileName().toString()).collect(Collectors.toCollection(TreeSet::new));
        }
    }

    private static Path jar(Path file, String... entries) throws IOException {
        try (ZipOutputStream jar = new ZipOutputStream(Files.newOutputStream(file))) {
            for (String entry : entries) {
                jar.putNextEntry(new ZipEntry(entry));
                jar.write(entry.getBytes());
            }
        }
        return file;
    }

    /** The JDK of this test takes the runtime's place: linking one takes too long for every build. */
    @Test
    void shouldRunFromItsFolderAloneAndThroughALink() throws Exception {
        Path pack = Files.createDirectory(folder.resolve("a pack"));
        pack(false).assemble(pack);
        Files.createSymbolicLink(pack.resolve("runtime"), Path.of(System.getProperty("java.home")));
        assertEquals(Set.of("LICENSE", "NOTICE", "README", "lethe", "lib", "natives", "runtime"), names(pack));
        Path link = Files.createSymbolicLink(Files.createDirectory(folder.resolve("bin")).resolve("lethe"),
                Path.of("..", "a pack", "lethe"));

        Outcome doctor = run(link.toString(), "doctor");

        assertEquals(0, doctor.exitCode(), doctor.said());
        assertTrue(doctor.said().contains("available: oneDNN"), doctor.said());
        assertTrue(doctor.said().contains("-Djava.library.path=" + pack.resolve("natives")), doctor.said());
    }

    @Test
    void shouldBringTheBenchmarksOfACheckoutThatWasBuilt() throws Exception {
        Path bench = Files.createDirectories(folder.resolve("bench/target/lib")).getParent().getParent();
        Files.createDirectory(bench.resolve("peers"));
        Files.writeString(bench.resolve("peers/peer.py"), "");
        Files.writeString(bench.resolve("gpu.sh"), "#!/bin/sh\n");
        Benchmarks benchmarks = new Benchmarks(bench);
        assertTrue(assertThrows(PackException.class, benchmarks::requireBuilt).getMessage()
                .contains("has no target/bench.jar: name the folder bench of a checkout"));
        jar(bench.resolve("target/bench.jar"), "META-INF/BenchmarkList");
        jar(bench.resolve("target/lib/jmh-core-1.37.jar"), "a");
        jar(bench.resolve("target/lib/jcstress-core-0.16.jar"), "b");
        jar(bench.resolve("target/lib/picocli-4.7.7.jar"), "c");
        benchmarks.requireBuilt();
        Path pack = Files.createDirectory(folder.resolve("pack"));
        Files.createDirectory(pack.resolve("lib"));

        benchmarks.addTo(pack, Set.of("picocli-4.7.7.jar"), _ -> true);

        assertEquals(Set.of("lethe-bench.jar", "jmh-core-1.37.jar"), names(pack.resolve("lib")));
        assertEquals(Set.of("gpu.sh", "peers"), names(pack.resolve("bench")));
        assertEquals(Set.of("peer.py"), names(pack.resolve("bench/peers")));
        assertTrue(Files.isExecutable(pack.resolve("bench/gpu.sh")));
    }

    @Test
    void shouldSayThatThereAreNoBenchmarks() throws Exception {
        Path pack = assembled(pack(false));
        Outcome refused = run(pack.resolve("lethe").toString(), "bench", "TrainStep");
        assertEquals(2, refused.exitCode(), refused.said());
        assertEquals("lethe: this pack was made without benchmarks: pack again with --bench", refused.said().strip());
    }

    @Test
    void shouldRefuseToPackFromAPack() throws Exception {
        Path pack = Files.createDirectory(folder.resolve("pack"));
        pack(false).assemble(pack);
        Files.createSymbolicLink(pack.resolve("runtime"), Path.of(System.getProperty("java.home")));

        Outcome refused = run(pack.resolve("lethe").toString(), "pack", "--out", "other.tar.gz");

        assertEquals(1, refused.exitCode(), refused.said());
        assertTrue(refused.said().contains("lethe: this Lethe runs from a pack"), refused.said());
        assertEquals(Set.of("pack"), names(folder));
    }

    @Test
    void shouldCarryNativeCodeOfThisPlatformOnlyAndBesideTheJars() throws IOException {
        pack(false).assemble(folder);
        assertTrue(names(folder.resolve("natives")).containsAll(Set.of("libdnnl.so.3", "libgomp.so.1",
                "libjnidnnl.so", "libjnijavacpp.so", "libjniOpenCL.so")));
        for (String name : names(folder.resolve("lib"))) {
            if (name.endsWith(".jar")) {
                try (ZipFile jar = new ZipFile(folder.resolve("lib").resolve(name).toFile())) {
                    assertEquals(List.of(), jar.stream().filter(entry -> Platform.isSharedLibrary(entry.getName())
                            || entry.getMethod() != ZipEntry.STORED).toList(), name);
                }
            }
        }
    }

    /** Makes a pack whose runtime is the JDK of this test, which a flag limits to some modules. */
    private Path assembled(Pack pack) throws IOException {
        Path made = Files.createDirectory(folder.resolve("slim"));
        pack.assemble(made);
        Files.createSymbolicLink(made.resolve("runtime"), Path.of(System.getProperty("java.home")));
        return made;
    }

    private void assertRefused(Path pack, String javaFlags, String sentence, Object... arguments) throws Exception {
        Outcome refused = run(javaFlags, Stream.concat(Stream.of(pack.resolve("lethe")), Stream.of(arguments))
                .map(Object::toString).toList());
        assertEquals(1, refused.exitCode(), refused.said());
        String last = refused.said().lines().toList().getLast();
        assertTrue(last.matches(sentence), last);
    }

    @Test
    void shouldTrainWithoutFiguresAndMnistAndRefuseWhatNeedsThem() throws Exception {
        Path pack = assembled(pack(false, OptionalContent.FIGURES, OptionalContent.MNIST));
        assertEquals(Set.of(), names(pack.resolve("lib")).stream()
                .filter(name -> name.matches("(jfreechart|batik|xmlgraphics|commons-logging).*"))
                .collect(Collectors.toSet()));
        assertTrue(Files.readString(pack.resolve("README")).contains("\n  mnist: the images of MNIST"));
        Path data = StripedImages.write(folder.resolve("stripes"), 64, 16);
        Path image = folder.resolve("pets/train/cat/1.png");
        Files.write(Files.createDirectories(image.getParent()).resolve(image.getFileName()), new byte[]{1});
        String flags = "--limit-modules="
                + String.join(",", RuntimeImage.modules(Set.of(OptionalContent.FIGURES, OptionalContent.MNIST)));

        assertRefused(pack, flags, "lethe: data set mnist is not in .*cache/mnist: this Lethe has none of its own; "
                + "put IDX files .* into .*cache/mnist, .*", "train");
        assertRefused(pack, flags, "lethe: image .*1.png cannot be decoded: this Lethe was packed without figures, .*",
                "data", "show", folder.resolve("pets"), "--test-share", "0.5");
        List<String> study = List.of("study", "pixel-noise", "--deviations", "1", "--data", data.toString(), "--seeds",
                "1", "--epochs", "1",
                "--batch", "16", "--threads", "1");
        assertRefused(pack, flags, "lethe: this Lethe was packed without figures, which a study draws: train its runs "
                + "with --runs-only, .*", study.toArray());
        Outcome trained = run(flags, Stream.of(List.of(pack.resolve("lethe").toString()), study, List.of("--runs-only"))
                .flatMap(List::stream).toList());
        assertEquals(0, trained.exitCode(), trained.said());
        assertTrue(trained.said().contains("finished runs: 2, in lethe-out/runs"), trained.said());
        assertEquals(Set.of("runs"), names(folder.resolve("lethe-out")));
    }

    @Test
    void shouldSayWithoutOneDnnThatItIsLeftOut() throws Exception {
        Path pack = assembled(pack(true, OptionalContent.CPU));
        assertFalse(names(pack.resolve("natives")).stream().anyMatch(name -> name.matches(".*(dnnl|OpenCL|gomp).*")));
        assertTrue(names(pack.resolve("natives")).contains("libjnicudnn.so"));

        Outcome doctor = run(pack.resolve("lethe").toString(), "doctor");
        assertEquals(0, doctor.exitCode(), doctor.said());
        assertTrue(doctor.said().contains("Backend onednn     not available: this Lethe was packed without oneDNN; "),
                doctor.said());
        assertTrue(doctor.said().contains("Backend cudnn "), doctor.said());
        assertRefused(pack, "", "lethe: backend onednn cannot run here: this Lethe was packed without oneDNN; choose "
                + "the backend cudnn .*", "train", "--backend", "onednn");
    }

    @Test
    void shouldRefuseAPackThatCouldNotTrain() {
        assertEquals("a pack without cpu and without the bindings of CUDA could not train: add --cuda, or take cpu out "
                + "of --without",
                assertThrows(IllegalArgumentException.class, () -> pack(false, OptionalContent.CPU))
                        .getMessage());
    }

    @Test
    void shouldSayInItsNameWhatIsLeftOut() {
        String full = "lethe-" + VERSION + "-" + Platform.current().name();
        assertEquals(full, pack(false).fileName());
        assertEquals(full + "-cuda-no-mnist-no-cpu", pack(true, OptionalContent.CPU, OptionalContent.MNIST).fileName());
    }

    @Test
    void shouldAddTheCudaLibrariesThatTrainingCallsWhereTheyAreAskedFor() throws IOException {
        String natives = "org/bytedeco/cuda/" + Platform.current().name() + "/";
        List<Path> jars = new ArrayList<>(List.of(
                jar(folder.resolve("cuda-13.1-9.19-1.5.13.jar"), "org/bytedeco/cuda/global/cudart.class"),
                jar(folder.resolve("cuda-13.1-9.19-1.5.13-" + Platform.current().name() + ".jar"),
                        natives + "libjnicudart.so", natives + "libjnicublas.so", natives + "libjnicudnn.so",
                        natives + "libjninvrtc.so", natives + "libjninppif.so", natives + "include/cuda.h"),
                jar(folder.resolve("javacpp-1-" + Platform.current().name() + ".jar"),
                        "org/bytedeco/javacpp/" + Platform.current().name() + "/libjnijavacpp.so")));
        Path with = Files.createDirectory(folder.resolve("with"));
        pack(jars, true).assemble(with);
        assertEquals(Set.of("libjnicublas.so", "libjnicudart.so", "libjnicudnn.so", "libjnijavacpp.so",
                "libjninvrtc.so"), names(with.resolve("natives")));
        assertEquals(Set.of("cuda-13.1-9.19-1.5.13.jar", "jvm.options"), names(with.resolve("lib")));

        Path without = Files.createDirectory(folder.resolve("without"));
        pack(jars, false).assemble(without);
        assertEquals(Set.of("libjnijavacpp.so"), names(without.resolve("natives")));
        assertEquals(Set.of("jvm.options"), names(without.resolve("lib")));

        jars.remove(1);
        assertTrue(refusal(pack(jars, true), folder.resolve("x.tar.gz"), false)
                .startsWith("cuda-VERSION-" + Platform.current().name() + ".jar of org.bytedeco:cuda"));
        assertFalse(names(folder).contains("x.tar.gz"));
    }

    private static String refusal(Pack pack, Path archive, boolean replace) {
        return assertThrows(PackException.class,
                () -> pack.write(archive, ArchiveFormat.GZIP, replace, _ -> {})).getMessage();
    }

    @Test
    void shouldRefuseAPlaceThatIsTaken() throws IOException {
        Pack pack = pack(false);
        Path file = Files.writeString(folder.resolve("thesis.tar.gz"), "precious");
        assertTrue(refusal(pack, file, false).contains("--force"));
        assertTrue(refusal(pack, folder, true).contains("is a folder"));
        assertEquals("precious", Files.readString(file));
        assertEquals(Set.of("thesis.tar.gz"), names(folder));
    }

    @Test
    void shouldRefuseAClassPathWithoutNativeCode() {
        assertTrue(
                assertThrows(PackException.class, () -> pack(List.of(), false).assemble(folder))
                        .getMessage().contains("-Djavacpp.platform=" + Platform.current().name()));
    }

    @Test
    void shouldNamePlatformsAsTheirJarsAreNamed() {
        assertEquals("linux-x86_64", Platform.of("Linux", "amd64").name());
        assertEquals("linux-arm64", Platform.of("Linux", "aarch64").name());
        assertTrue(assertThrows(PackException.class, () -> Platform.of("Mac OS X", "aarch64")).getMessage()
                .contains("this is Mac OS X"));
    }

    @Test
    void shouldBringAFontWhereThisMachineHasIt() throws IOException {
        Path fonts = Files.createDirectories(folder.resolve("truetype").resolve("dejavu"));
        Path runtime = folder.resolve("runtime");
        assertFalse(FallbackFont.add(folder, runtime));
        assertFalse(FallbackFont.add(folder.resolve("missing"), runtime));
        assertFalse(Files.exists(runtime));
        Files.writeString(fonts.resolve("DejaVuSans.ttf"), "glyphs");
        assertTrue(FallbackFont.add(folder, runtime));
        assertEquals("glyphs", Files.readString(runtime.resolve("lib").resolve("fonts").resolve("DejaVuSans.ttf")));
        assertTrue(Files.readString(runtime.resolve("lib").resolve("fontconfig.properties"))
                .endsWith("=$JRE_LIB_FONTS/DejaVuSans.ttf\n"));
    }

    /** This takes two minutes or more: it links a runtime and compresses 220 MB. */
    @Test
    @Tag("long")
    void shouldRunWhereItIsUnpacked() throws Exception {
        Path archive = folder.resolve("lethe.tar.xz");
        Files.writeString(archive, "an older one");
        pack(false).write(archive, ArchiveFormat.XZ, true, _ -> {});
        assertEquals(Set.of(archive.getFileName().toString()), names(folder));
        assertEquals(0, run("tar", "xf", archive.toString()).exitCode());
        String launcher = folder.resolve("lethe-" + VERSION).resolve("lethe").toString();

        Outcome doctor = run(launcher, "doctor");
        assertEquals(0, doctor.exitCode(), doctor.said());
        assertTrue(doctor.said().contains(folder.resolve("lethe-" + VERSION).resolve("runtime").toString()));
        assertTrue(doctor.said().contains("available: oneDNN"), doctor.said());

        Outcome study = run(launcher, "study", "forgetting", "--preset", "quick", "--seeds", "1", "--epochs", "1",
                "--out", "out");
        assertEquals(0, study.exitCode(), study.said());
        assertTrue(names(folder.resolve("out").resolve("figures")).stream().anyMatch(name -> name.endsWith(".png")));
    }
}
