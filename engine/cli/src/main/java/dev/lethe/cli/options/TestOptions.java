package dev.lethe.cli.options;

import dev.lethe.train.TestViews;
import java.util.Optional;
import picocli.CommandLine.Option;

/** Options for testing, of commands that test a network. */
public final class TestOptions {
    @Option(names = "--tta", paramLabel = "VIEWS",
            description = "Views of a test image that make its prediction: none, the image alone; mirror, the mean of "
                    + "its logits and of those of its mirror image; mirror+shift, six views, by which airbench94 is "
                    + "judged. Default: none, mirror for airbench, or as the run was trained.")
    private Optional<String> views;

    /**
     * Reads the views; empty where none were given.
     *
     * @throws IllegalArgumentException naming the choices
     */
    public Optional<TestViews> views() {
        return views.map(TestViews::parse);
    }
}
