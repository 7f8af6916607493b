package dev.lethe.nativelib.cuda;

import dev.lethe.kernels.host.CacheFolder;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The kernels as machine code, compiled once for an architecture and a version of the compiler and then cached. */
final class CompiledKernels {
    private static final Logger LOG = LoggerFactory.getLogger(CompiledKernels.class);
    private static final int DIGITS = 16; // of the key

    private CompiledKernels() {}

    /** Returns a cubin; if the cache cannot be written, it is compiled each time. */
    static byte[] of(KernelCompiler compiler, String architecture, Path folder) {
        String source = KernelSources.all();
        Path file = folder.resolve(architecture + "-" + key(source + "\n" + compiler.version()) + ".cubin");
        try {
            if (Files.exists(file)) {
                return Files.readAllBytes(file);
            }
        } catch (IOException e) {
            LOG.warn("kernels are compiled anew: {} cannot be read ({})", file, e.getMessage());
        }
        byte[] cubin = compiler.compile(source, architecture);
        try {
            CacheFile.write(file, cubin);
        } catch (IOException e) {
            LOG.warn("kernels will be compiled again next time: {} cannot be written ({})", file, e.getMessage());
        }
        return cubin;
    }

    /** Returns the folder of compiled kernels. */
    static Path defaultFolder() {
        return CacheFolder.current().resolve("cuda");
    }

    private static String key(String text) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest).substring(0, DIGITS);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }
}
