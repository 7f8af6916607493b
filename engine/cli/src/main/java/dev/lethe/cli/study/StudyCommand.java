package dev.lethe.cli.study;

import dev.lethe.study.registry.StudyRegistry;
import picocli.CommandLine.Command;
import picocli.CommandLine.IModelTransformer;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code lethe study NAME}: a command for each study of the registry. */
@Command(name = "study", mixinStandardHelpOptions = true, description = "Run an experiment of the paper.",
        synopsisSubcommandLabel = "NAME", modelTransformer = StudyCommand.Studies.class)
public final class StudyCommand implements Runnable {
    @Spec
    private CommandSpec spec;

    /** Adds the commands of the studies. */
    static final class Studies implements IModelTransformer {
        @Override
        public CommandSpec transform(CommandSpec study) {
            StudyRegistry.all().forEach(type -> study.addSubcommand(type.name(), NamedStudyCommand.of(type)));
            return study;
        }
    }

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(),
                "name a study: choose " + String.join(", ", spec.subcommands().keySet()));
    }
}
