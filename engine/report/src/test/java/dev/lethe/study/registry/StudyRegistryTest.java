package dev.lethe.study.registry;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lethe.data.LabelNoise;
import dev.lethe.run.RunSettings;
import dev.lethe.study.OptionValue;
import dev.lethe.study.Preset;
import dev.lethe.study.Study;
import dev.lethe.study.StudyOption;
import dev.lethe.study.StudyRequest;
import dev.lethe.study.StudySettings;
import dev.lethe.study.StudyType;
import dev.lethe.train.TrainingConfig;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class StudyRegistryTest {
    /** A request with the texts of some options, as a command line gives them. */
    private record Request(Preset preset, boolean isLabelNoiseGiven, Map<String, String> texts)
            implements StudyRequest {
        Request(Preset preset, String... options) {
            this(preset, false, new HashMap<>());
            for (int i = 0; i < options.length; i += 2) {
                texts.put(options[i], options[i + 1]);
            }
        }

        @Override
        public <T> Optional<List<T>> given(StudyOption<T> option) {
            return Optional.ofNullable(texts.get(option.name()))
                    .map(text -> option.byDefault(text).defaults(preset));
        }

        @Override
        public LabelNoise labelNoise(double usualShare) {
            return new LabelNoise(LabelNoise.Kind.SYMMETRIC, usualShare, noiseSeed());
        }

        @Override
        public long noiseSeed() {
            return 0;
        }

        @Override
        public RunSettings network(String model) {
            return network(model, 7);
        }

        @Override
        public RunSettings network(String model, int epochs) {
            return RunSettings.of("mnist", model, TrainingConfig.mnist(1, epochs)).on("reference", 1);
        }
    }

    static Stream<StudyType> types() {
        return StudyRegistry.all().stream();
    }

    private static StudyType type(String name) {
        return types().filter(type -> type.name().equals(name)).findFirst().orElseThrow();
    }

    @Test
    void shouldGiveEveryStudyANameOfItsOwn() {
        Set<String> names = new HashSet<>();
        types().forEach(type -> assertTrue(names.add(type.name()), type.name()));
    }

    /** The one option that is required is given; studies without it do not look for it. */
    @ParameterizedTest
    @MethodSource("types")
    void shouldMakeEveryStudyByItsDefaults(StudyType type) {
        for (Preset preset : Preset.values()) {
            Study study = type.create(new Request(preset, "--from", "mlp"));
            assertEquals(type.name(), study.name());
            assertFalse(study.runs(StudySettings.of(new Request(preset).network("mnist-cnn"), 2)).isEmpty());
        }
    }

    @ParameterizedTest
    @MethodSource("types")
    void shouldAskAQuestionAndDescribeItsOptions(StudyType type) {
        assertTrue(type.description().endsWith(".") || type.description().endsWith("?"), type.description());
        type.options().forEach(option -> assertTrue(option.help().endsWith("."), option.help()));
    }

    @Test
    void shouldTakeDefaultsOfThePreset() {
        assertEquals(1000, type("continual").create(new Request(Preset.QUICK)).options().get("task_examples"));
        assertEquals(5000, type("continual").create(new Request(Preset.PAPER)).options().get("task_examples"));
        assertEquals(7, type("continual").create(new Request(Preset.PAPER, "--task-examples", "7")).options()
                .get("task_examples"));
    }

    @Test
    void shouldPassOptionsOnToTheStudiesOfOneReport() {
        Map<String, Object> options = type("all").create(new Request(Preset.QUICK, "--studies", "removal,early",
                "--shares", "0.3", "--rounds", "9")).options();
        assertEquals(List.of("removal", "early"), List.copyOf(options.keySet()));
        assertEquals(List.of(0.3), ((Map<?, ?>) options.get("removal")).get("shares"));
        assertEquals(List.of(0.0, 0.25, 0.5, 0.75, 0.9), ((Map<?, ?>) options.get("removal")).get("block_starts"));
    }

    @Test
    void shouldRefuseStudiesThatDoNotExistOrNeedAnOption() {
        for (String name : List.of("forgotten", "transfer", "all")) {
            assertTrue(assertThrows(IllegalArgumentException.class,
                    () -> type("all").create(new Request(Preset.QUICK, "--studies", name))).getMessage()
                    .startsWith("unknown study '" + name + "': choose forgetting, stability, "));
        }
    }

    @Test
    void shouldRefuseLabelNoiseThatNoStudyOfAReportTakes() {
        Map<String, String> margin = Map.of("--studies", "margin");
        assertEquals("--label-noise is for the noise study here, which is not among [margin]: add it, or run the "
                + "studies one by one",
                assertThrows(IllegalArgumentException.class,
                        () -> type("all").create(new Request(Preset.QUICK, true, margin))).getMessage());
        assertEquals("all", type("all").create(new Request(Preset.QUICK, true,
                Map.of("--studies", "margin,noise"))).name());
    }

    @Test
    void shouldReadConstantsAndNumbersAndSayWhatTheyAreNot() {
        StudyOption<Preset> option = StudyOption.of("--preset", "NAME", OptionValue.constant(Preset.class), "A preset.")
                .byDefault("quick", "paper");
        assertEquals("A preset. One of quick, paper. Default: quick; paper with --preset paper.", option.help());
        assertEquals("--preset quick|paper", option.usage());
        assertNotEquals(option.defaults(Preset.QUICK), option.defaults(Preset.PAPER));
        assertEquals("expected one of [QUICK, PAPER] (case-insensitive) but was 'slow'",
                assertThrows(IllegalArgumentException.class, () -> option.value().reader().apply("slow"))
                        .getMessage());
        assertEquals("'1.5' is not an int", assertThrows(IllegalArgumentException.class,
                () -> OptionValue.WHOLE_NUMBER.reader().apply("1.5")).getMessage());
        assertThrows(IllegalArgumentException.class, () -> StudyOption.of("rounds", "N", OptionValue.TEXT, "Rounds."));
    }
}
