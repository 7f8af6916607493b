package dev.lethe.examples;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Isolated;

@Isolated("reads what is printed")
class PlainLoopTest {
    private static final NoisyClusters DATA = NoisyClusters.draw(600, 1);

    private static int[] unforgettable() throws IOException {
        return PlainLoop.unforgettable(DATA.points(), DATA.labels(), NoisyClusters.CLASSES, 20);
    }

    @Test
    void shouldFindThatNoMislabelledExampleIsUnforgettableAndMostOthersAre() throws IOException {
        int[] unforgettable = unforgettable();
        assertEquals(0, Arrays.stream(unforgettable).filter(NoisyClusters::mislabelled).count());
        assertTrue(unforgettable.length > 0.85 * 570, unforgettable.length + " of 570");
        assertTrue(unforgettable.length < 570);
    }

    @Test
    void shouldComeToTheSameResultAgain() throws IOException {
        assertArrayEquals(unforgettable(), unforgettable());
    }

    @Test
    void shouldSayWhatItFound() throws IOException {
        PrintStream terminal = System.out;
        ByteArrayOutputStream printed = new ByteArrayOutputStream();
        System.setOut(new PrintStream(printed, true, StandardCharsets.UTF_8));
        try {
            PlainLoop.main(new String[0]);
        } finally {
            System.setOut(terminal);
        }
        assertEquals(unforgettable().length + " of 600 examples are unforgettable, 0 of the 30 mislabelled ones: "
                + Arrays.toString(unforgettable()), printed.toString(StandardCharsets.UTF_8).strip());
    }
}
