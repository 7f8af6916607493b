package dev.lethe.pack;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** How an archive is compressed; tar and the compressor are programs of the system. */
public enum ArchiveFormat {
    /**
     * The smaller one. With all threads: a pack takes a minute and more. Higher levels save another 2 or 3 in 100,
     * and take over a gigabyte of memory.
     */
    XZ(".tar.xz", xz(System.getProperty("os.arch"))),
    /** What every system can make and unpack. */
    GZIP(".tar.gz", List.of("gzip", "-9", "--stdout"));

    private final String suffix;
    private final List<String> compressor;

    ArchiveFormat(String suffix, List<String> compressor) {
        this.suffix = suffix;
        this.compressor = compressor;
    }

    /** With the filter for x86, which makes the addresses of calls in native code alike, and costs no time. */
    static List<String> xz(String architecture) {
        return architecture.equals("amd64")
                ? List.of("xz", "--x86", "--lzma2=preset=6", "--threads=0", "--stdout")
                : List.of("xz", "-6", "--threads=0", "--stdout");
    }

    /** The format that a file's name asks for. */
    public static Optional<ArchiveFormat> of(Path file) {
        return Arrays.stream(values()).filter(format -> file.toString().endsWith(format.suffix)).findFirst();
    }

    /** The smallest that can be written here. */
    public static ArchiveFormat smallest() {
        return runs(XZ.program()) ? XZ : GZIP;
    }

    /** The end of a file's name, with its dot. */
    public String suffix() {
        return suffix;
    }

    private String program() {
        return compressor.getFirst();
    }

    /** Refuses early where a program is missing. */
    void requirePrograms() {
        for (String program : List.of("tar", program())) {
            if (!runs(program)) {
                throw new PackException(program + ", which writes " + suffix + " files, was not found: install it"
                        + (this == XZ ? ", or name a " + GZIP.suffix + " file with --out" : ""));
            }
        }
    }

    private static boolean runs(String program) {
        try {
            return new ProcessBuilder(program, "--version").redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .redirectError(ProcessBuilder.Redirect.DISCARD).start().waitFor() == 0;
        } catch (IOException e) {
            return false; // there is no such program
        } catch (InterruptedException e) {
            throw interrupted(e);
        }
    }

    /**
     * Archives a folder under its name. Files belong to root, and everyone may read them, whatever the user who packs
     * keeps from others: a pack is unpacked by other users.
     *
     * @param errors a file for what the programs complain of
     */
    void write(Path folder, Path archive, Path errors) throws IOException {
        ProcessBuilder.Redirect complaints = ProcessBuilder.Redirect.appendTo(errors.toFile());
        ProcessBuilder tar = new ProcessBuilder("tar", "--create", "--file=-", "--sort=name", "--owner=root:0",
                "--group=root:0", "--mode=u=rwX,go=rX", "--directory=" + folder.toAbsolutePath().getParent(),
                folder.getFileName().toString()).redirectError(complaints);
        ProcessBuilder compress = new ProcessBuilder(compressor).redirectError(complaints)
                .redirectOutput(archive.toFile());
        boolean failed = false;
        for (Process process : ProcessBuilder.startPipeline(List.of(tar, compress))) {
            try {
                failed |= process.waitFor() != 0;
            } catch (InterruptedException e) {
                throw interrupted(e);
            }
        }
        if (failed) {
            throw new PackException("the archive could not be written: "
                    + Files.readString(errors).strip().replace("\n", "; "));
        }
    }

    private static PackException interrupted(InterruptedException cause) {
        Thread.currentThread().interrupt();
        return new PackException("interrupted while the pack was written", cause);
    }
}
