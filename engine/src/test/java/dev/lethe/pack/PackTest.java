package dev.lethe.pack;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

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
class PackTest {
    private static final String VERSION = "1.2.3";

    @TempDir
    private Path folder;

    private record Outcome(int exitCode, String said) {}

    /** What the tests run with, less what only tests need. */
    private static List<Path> classPath() {
        return Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator)).map(Path::of)
                .filter(Files::exists).filter(path -> !path.toString().matches(".*(junit|test-classes|tests).*"))
                .toList();
    }

    /** Runs a command as a user without Java, and without a home of their own, would. */
    private Outcome run(String... command) throws IOException, InterruptedException {
        ProcessBuilder builder = new ProcessBuilder(command).directory(folder.toFile()).redirectErrorStream(true);
        builder.environment().clear();
        builder.environment().put("PATH", "/usr/bin:/bin");
        builder.environment().put("HOME", "/nonexistent");
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

    /** The launcher with the JDK of this test in the runtime's place: linking one takes too long for every build. */
    @Test
    void shouldRunFromItsFolderAloneAndThroughALink() throws Exception {
        Path pack = Files.createDirectory(folder.resolve("a pack"));
        new Pack(VERSION, classPath(), false).assemble(pack);
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
    void shouldRefuseToPackFromAPack() throws Exception {
        Path pack = Files.createDirectory(folder.resolve("pack"));
        new Pack(VERSION, classPath(), false).assemble(pack);
        Files.createSymbolicLink(pack.resolve("runtime"), Path.of(System.getProperty("java.home")));

        Outcome refused = run(pack.resolve("lethe").toString(), "pack", "--out", "other.tar.gz");

        assertEquals(1, refused.exitCode(), refused.said());
        assertTrue(refused.said().contains("lethe: this Lethe runs from a pack"), refused.said());
        assertEquals(Set.of("pack"), names(folder));
    }

    @Test
    void shouldCarryNativeCodeOfThisPlatformOnlyAndBesideTheJars() throws IOException {
        new Pack(VERSION, classPath(), false).assemble(folder);
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
        new Pack(VERSION, jars, true).assemble(with);
        assertEquals(Set.of("libjnicublas.so", "libjnicudart.so", "libjnicudnn.so", "libjnijavacpp.so",
                "libjninvrtc.so"), names(with.resolve("natives")));
        assertEquals(Set.of("cuda-13.1-9.19-1.5.13.jar", "jvm.options"), names(with.resolve("lib")));

        Path without = Files.createDirectory(folder.resolve("without"));
        new Pack(VERSION, jars, false).assemble(without);
        assertEquals(Set.of("libjnijavacpp.so"), names(without.resolve("natives")));
        assertEquals(Set.of("jvm.options"), names(without.resolve("lib")));

        jars.remove(1);
        assertTrue(refusal(new Pack(VERSION, jars, true), folder.resolve("x.tar.gz"), false)
                .startsWith("cuda-VERSION-" + Platform.current().name() + ".jar of org.bytedeco:cuda"));
        assertFalse(names(folder).contains("x.tar.gz"));
    }

    private static String refusal(Pack pack, Path archive, boolean replace) {
        return assertThrows(PackException.class,
                () -> pack.write(archive, ArchiveFormat.GZIP, replace, _ -> {})).getMessage();
    }

    @Test
    void shouldRefuseAPlaceThatIsTaken() throws IOException {
        Pack pack = new Pack(VERSION, classPath(), false);
        Path file = Files.writeString(folder.resolve("thesis.tar.gz"), "precious");
        assertTrue(refusal(pack, file, false).contains("--force"));
        assertTrue(refusal(pack, folder, true).contains("is a folder"));
        assertEquals("precious", Files.readString(file));
        assertEquals(Set.of("thesis.tar.gz"), names(folder));
    }

    @Test
    void shouldRefuseAClassPathWithoutNativeCode() {
        assertTrue(assertThrows(PackException.class, () -> new Pack(VERSION, List.of(), false).assemble(folder))
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

    /** Two minutes and more: links a runtime and compresses 220 MB. */
    @Test
    @Tag("long")
    void shouldRunWhereItIsUnpacked() throws Exception {
        Path archive = folder.resolve("lethe" + ArchiveFormat.smallest().suffix());
        Files.writeString(archive, "an older one");
        new Pack(VERSION, classPath(), false).write(archive, ArchiveFormat.smallest(), true, _ -> {});
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
