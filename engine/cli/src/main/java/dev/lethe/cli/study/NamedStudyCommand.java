package dev.lethe.cli.study;

import dev.lethe.data.LabelNoise;
import dev.lethe.run.RunSettings;
import dev.lethe.study.Preset;
import dev.lethe.study.StudyOption;
import dev.lethe.study.StudyRequest;
import dev.lethe.study.StudyType;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Help;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.UsageMessageSpec;
import picocli.CommandLine.TypeConversionException;

/** The command of one study: its own options, and those of every study. */
@Command(mixinStandardHelpOptions = true, sortOptions = false)
final class NamedStudyCommand implements Callable<Integer>, StudyRequest {
    private static final String OWN_HEADING = "ownOptionsHeading";
    private static final String OWN_OPTIONS = "ownOptions";
    private static final String OTHER_HEADING = "otherOptionsHeading";

    @Mixin
    private StudyOptions options;

    private final StudyType type;
    private final Map<StudyOption<?>, OptionSpec> own = new LinkedHashMap<>();

    private NamedStudyCommand(StudyType type) {
        this.type = type;
    }

    /** Makes the command of a study. */
    static CommandSpec of(StudyType type) {
        NamedStudyCommand command = new NamedStudyCommand(type);
        CommandSpec spec = CommandSpec.forAnnotatedObject(command).name(type.name());
        spec.usageMessage().description(type.description().replace("%", "%%"));
        for (StudyOption<?> option : type.options()) {
            OptionSpec added = spec(option);
            command.own.put(option, added);
            spec.addOption(added);
        }
        command.arrangeHelp(spec.usageMessage());
        return spec;
    }

    private static OptionSpec spec(StudyOption<?> option) {
        OptionSpec.Builder spec = OptionSpec.builder(option.name()).paramLabel(option.label())
                .description(option.help().replace("%", "%%")).converters(converter(option))
                .required(option.arity() == StudyOption.Arity.REQUIRED);
        if (!option.value().choices().isEmpty()) {
            spec.completionCandidates(option.value().choices());
        }
        if (option.isList()) {
            spec.type(List.class).auxiliaryTypes(option.value().type()).splitRegex(",")
                    .arity(option.arity() == StudyOption.Arity.SEVERAL_OR_NONE ? "0..1" : "1");
        } else {
            spec.type(option.value().type()).arity("1");
        }
        return spec.build();
    }

    private static ITypeConverter<?> converter(StudyOption<?> option) {
        return text -> {
            try {
                return option.value().reader().apply(text);
            } catch (IllegalArgumentException e) {
                throw new TypeConversionException(e.getMessage());
            }
        };
    }

    /** Shows the study's own options together and first. */
    private void arrangeHelp(UsageMessageSpec usage) {
        if (own.isEmpty()) {
            return;
        }
        List<String> keys = new ArrayList<>(usage.sectionKeys());
        int list = keys.indexOf(UsageMessageSpec.SECTION_KEY_OPTION_LIST);
        keys.addAll(list, List.of(OWN_HEADING, OWN_OPTIONS, OTHER_HEADING));
        usage.sectionKeys(keys);
        usage.sectionMap().put(OWN_HEADING, help -> help.createHeading("%nOptions of this study:%n"));
        usage.sectionMap().put(OWN_OPTIONS, help -> help.optionListExcludingGroups(List.copyOf(own.values())));
        usage.sectionMap().put(OTHER_HEADING, help -> help.createHeading("%nOptions of every study:%n"));
        usage.sectionMap().put(UsageMessageSpec.SECTION_KEY_OPTION_LIST, this::others);
    }

    private String others(Help help) {
        return help.optionListExcludingGroups(help.commandSpec().options().stream()
                .filter(option -> !own.containsValue(option)).toList());
    }

    @Override
    public Integer call() throws IOException {
        return options.run(() -> type.create(this), !type.changesLabels());
    }

    @Override
    public <T> Optional<List<T>> given(StudyOption<T> option) {
        OptionSpec spec = own.get(option);
        if (spec == null || spec.getValue() == null) {
            return Optional.empty();
        }
        Class<T> type = option.value().type();
        return Optional.of(spec.getValue() instanceof List<?> values
                ? values.stream().map(type::cast).toList()
                : List.of(type.cast(spec.getValue())));
    }

    @Override
    public Preset preset() {
        return options.preset();
    }

    @Override
    public boolean isLabelNoiseGiven() {
        return options.hasLabelNoise();
    }

    @Override
    public LabelNoise labelNoise(double usualShare) {
        return options.labelNoise(usualShare);
    }

    @Override
    public long noiseSeed() {
        return options.noiseSeed();
    }

    @Override
    public RunSettings network(String model) {
        return options.runSettings(model);
    }

    @Override
    public RunSettings network(String model, int epochs) {
        return options.runSettings(model, epochs);
    }
}
