package dev.lethe.nativelib.cuda;

import dev.lethe.nativelib.ffm.NativeException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A cache of the plans that were the fastest, one file each, so that other processes take them too and compute the same
 * bits.
 */
final class CudnnPlanCache {
    private static final Logger LOG = LoggerFactory.getLogger(CudnnPlanCache.class);

    private final Path folder;

    /**
     * Makes a cache in a folder.
     *
     * @param machine versions and device, on which plans depend beside their problem
     */
    CudnnPlanCache(Path folder, String machine) {
        this.folder = folder.resolve(machine.replaceAll("[^A-Za-z0-9.]+", "-"));
    }

    private Path file(ConvolutionProblem p) {
        return folder.resolve("%s-%s-n%d-h%d-w%d-c%d-k%d-r%d-s%d-p%d-q%d-stride%d-pad%d-dilation%d-groups%d.json"
                .formatted(p.part().name().toLowerCase(Locale.ROOT), p.type().label(), p.batch(), p.height(),
                        p.width(), p.channels(), p.outputs(), p.kernelHeight(), p.kernelWidth(), p.outputHeight(),
                        p.outputWidth(), p.stride(), p.padding(), p.dilation(), p.groups()));
    }

    /** Returns the cached plan; empty if there is none that this cuDNN can read. */
    Optional<CudnnDescriptor> find(CudnnTarget target, ConvolutionProblem problem) {
        Path file = file(problem);
        try {
            return Files.exists(file)
                    ? Optional.of(CudnnConvolution.restored(target, Files.readString(file)))
                    : Optional.empty();
        } catch (IOException | NativeException e) {
            LOG.warn("a convolution is timed anew: {} cannot be used ({})", file, e.getMessage());
            return Optional.empty();
        }
    }

    void keep(ConvolutionProblem problem, CudnnDescriptor plan) {
        Path file = file(problem);
        try {
            CacheFile.write(file, CudnnConvolution.text(plan).getBytes(StandardCharsets.UTF_8));
        } catch (IOException | NativeException e) {
            LOG.warn("a convolution will be timed again next time: {} cannot be written ({})", file, e.getMessage());
        }
    }
}
