package dev.lethe.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lethe.study.StudyOption;
import dev.lethe.study.StudyType;
import dev.lethe.study.registry.StudyRegistry;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class StudyHelpTest {
    private static final String OWN = "Options of this study:";
    private static final String OTHERS = "Options of every study:";

    static Stream<StudyType> types() {
        return StudyRegistry.all().stream();
    }

    private static String output(String... arguments) {
        StringWriter out = new StringWriter();
        assertEquals(0, Lethe.run(new PrintWriter(out), new PrintWriter(new StringWriter()), arguments));
        return out.toString();
    }

    /** Returns a text without line breaks and indentation. */
    private static String flat(String text) {
        return text.replaceAll("\\s+", " ");
    }

    @ParameterizedTest
    @MethodSource("types")
    void shouldShowTheOptionsOfAStudyTogetherAndFirst(StudyType type) {
        String help = output("study", type.name(), "--help");
        assertTrue(flat(help).contains(flat(type.description())), help);
        assertEquals(!type.options().isEmpty(), help.contains(OWN) && help.contains(OTHERS), help);
        String own = help.contains(OWN) ? help.substring(help.indexOf(OWN), help.indexOf(OTHERS)) : "";
        String others = help.substring(Math.max(0, help.indexOf(OTHERS)));
        assertEquals(type.options().size(), own.lines().filter(line -> line.startsWith("      --")).count(), own);
        for (StudyOption<?> option : type.options()) {
            String first = flat(option.help()).split(" ")[0];
            assertTrue(own.contains("  " + option.name()) && own.contains(first), own);
        }
        assertTrue(Stream.of("--data=", "--seeds=", "--help", "--dry-run").allMatch(others::contains), others);
    }

    @Test
    void shouldListEveryStudyWithItsQuestion() {
        String help = flat(output("study", "--help"));
        types().forEach(type -> assertTrue(help.contains(type.name() + " " + flat(type.description())), help));
    }

    @Test
    void shouldCompleteTheOptionsOfStudies() {
        String script = output("generate-completion");
        types().flatMap(type -> type.options().stream())
                .forEach(option -> assertTrue(script.contains("'" + option.name() + "'"), option.name()));
    }
}
