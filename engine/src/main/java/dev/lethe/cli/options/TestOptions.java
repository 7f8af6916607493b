package dev.lethe.cli.options;

import dev.lethe.train.TestViews;
import java.util.Optional;
import picocli.CommandLine.Option;

/** How a network is tested: options of commands that do so. */
public final class TestOptions {
    @Option(names = "--tta", paramLabel = "VIEWS",
            description = "What a prediction of a test image is made of: none, the image alone; mirror, the mean of "
                    + "its logits and of those of its mirror image; mirror+shift, six views, as airbench94 is "
                    + "judged by. Default: none, mirror for airbench, or as the run was trained.")
    private Optional<String> views;

    /**
     * The views that are asked for.
     *
     * @throws IllegalArgumentException naming the choices
     */
    public Optional<TestViews> views() {
        return views.map(TestViews::parse);
    }
}
