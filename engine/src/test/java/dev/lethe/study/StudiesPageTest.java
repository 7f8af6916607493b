package dev.lethe.study;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lethe.tracker.score.Score;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Lists in docs/studies.md: they name what the code has. */
class StudiesPageTest {
    private static final Path PAGE = Path.of("../docs/studies.md");

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {"Large values are \\*\\*hard\\*\\* in ([^;]*);|true",
            "they are \\*\\*easy\\*\\* in ([^.]*)\\.|false"})
    void shouldListTheColumnsWhoseDirectionIsKnown(String sentence, boolean hard) throws IOException {
        Matcher found = Pattern.compile(sentence).matcher(Files.readString(PAGE));
        assertTrue(found.find(), sentence);
        List<String> listed = Pattern.compile("`(\\w+)`").matcher(found.group(1)).results()
                .map((MatchResult name) -> name.group(1)).sorted().toList();
        assertEquals(Arrays.stream(Score.values()).filter(score -> score.isHardWhereLarge() == hard)
                .flatMap(score -> score.names().stream()).sorted().toList(), listed);
    }
}
