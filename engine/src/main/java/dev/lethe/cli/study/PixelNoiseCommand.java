package dev.lethe.cli.study;

import dev.lethe.study.noise.PixelNoiseStudy;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code lethe study pixel-noise}. */
@Command(name = PixelNoiseStudy.NAME, mixinStandardHelpOptions = true, sortOptions = false,
        description = "How does Gaussian noise in the pixels of all training images change what is forgotten?")
final class PixelNoiseCommand implements Callable<Integer> {
    @Mixin
    private StudyOptions options;

    @Option(names = "--deviations", split = ",", paramLabel = "STD", defaultValue = "0.5,1,2,10",
            description = "Standard deviations of the noise, in units of normalised pixels. Default: ${DEFAULT-VALUE}.")
    private List<Double> deviations;

    @Override
    public Integer call() throws IOException {
        return options.run(() -> new PixelNoiseStudy(deviations, options.noiseSeed()));
    }
}
