package dev.lethe.cli.study;

import dev.lethe.study.noise.NoiseStudy;
import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code lethe study noise}. */
@Command(name = NoiseStudy.NAME, mixinStandardHelpOptions = true, sortOptions = false,
        description = "Are images with a wrong label forgotten more, and can they be found? Gives a fifth of the "
                + "training images a wrong label, trains on these and on the right ones, and compares.")
final class NoiseCommand implements Callable<Integer> {
    @Mixin
    private StudyOptions options;

    @Override
    public Integer call() throws IOException {
        return options.run(() -> new NoiseStudy(options.labelNoise(NoiseStudy.USUAL_SHARE)), false);
    }
}
