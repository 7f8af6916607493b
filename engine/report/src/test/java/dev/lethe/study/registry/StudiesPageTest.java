package dev.lethe.study.registry;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lethe.study.StudyOption;
import dev.lethe.study.StudyType;
import dev.lethe.tracker.score.Score;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Lists of studies and scores in the documentation: they name what the code has. */
class StudiesPageTest {
    private static final Path PAGE = Path.of("../../docs/studies.md");
    private static final String HEADER = "| `NAME` | asks | options of its own |\n|---|---|---|\n";

    private static String row(StudyType type) {
        return "| `" + type.name() + "` | " + type.description() + " |" + type.options().stream()
                .map(StudyOption::usage).map(usage -> "`" + usage.replace("|", "\\|") + "`")
                .collect(Collectors.joining(", ", " ", " |\n")).replaceFirst("^ {2}", " ");
    }

    @Test
    void shouldDescribeEveryStudyInTheTable() throws IOException {
        String table = HEADER + StudyRegistry.all().stream().map(StudiesPageTest::row).collect(Collectors.joining());
        String page = Files.readString(PAGE);
        int begin = page.indexOf(HEADER);
        int end = page.indexOf("\n\n", begin) + 1;
        assertTrue(begin >= 0 && end > begin, PAGE + " has no table of studies");
        assertEquals(table, page.substring(begin, end), "paste this table into " + PAGE + ":\n" + table);
    }

    @Test
    void shouldNameEveryStudyInTheReadme() throws IOException {
        String readme = Files.readString(Path.of("../../README.md"));
        String row = readme.lines().filter(line -> line.startsWith("| `./lethe study NAME`")).findFirst()
                .orElseThrow();
        assertEquals(List.of(), StudyRegistry.all().stream().map(StudyType::name)
                .filter(name -> !row.contains("`" + name + "`")).toList());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {"Large values are \\*\\*hard\\*\\* in ([^;]*);|true",
            "they are \\*\\*easy\\*\\* in ([^.]*)\\.|false"})
    void shouldListTheColumnsWhoseDirectionIsKnown(String sentence, boolean hard) throws IOException {
        Matcher found = Pattern.compile(sentence).matcher(Files.readString(PAGE));
        assertTrue(found.find(), sentence);
        List<String> listed = Pattern.compile("`(\\w+)`").matcher(found.group(1)).results()
                .map(name -> name.group(1)).sorted().toList();
        assertEquals(Score.known().stream().filter(score -> score.isHardWhereLarge() == hard)
                .flatMap(score -> score.names().stream()).sorted().toList(), listed);
    }
}
