package dev.lethe.cli.study;

import dev.lethe.study.agreement.AssociationStudy;
import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code lethe study margin}. */
@Command(name = "margin", mixinStandardHelpOptions = true, sortOptions = false,
        description = "How do the forgetting events of images go with their mean margin?")
final class MarginCommand implements Callable<Integer> {
    @Mixin
    private StudyOptions options;

    @Override
    public Integer call() throws IOException {
        return options.run(() -> new AssociationStudy(AssociationStudy.Other.MARGIN));
    }
}
