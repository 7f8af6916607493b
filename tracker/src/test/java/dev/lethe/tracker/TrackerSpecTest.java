package dev.lethe.tracker;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TrackerSpecTest {

    @ParameterizedTest
    @ValueSource(ints = {0, -1, TrackerSpec.MAX_EXAMPLES + 1})
    void shouldRefuseImpossibleNumbersOfExamples(int examples) {
        assertEquals("examples=" + examples + " is not in [1, " + TrackerSpec.MAX_EXAMPLES + "]",
                assertThrows(IllegalArgumentException.class, () -> TrackerSpec.of(examples, 1)).getMessage());
    }

    @ParameterizedTest
    @ValueSource(ints = {0, -1, TrackerSpec.MAX_EPOCHS + 1})
    void shouldRefuseImpossibleNumbersOfEpochs(int epochs) {
        assertEquals("epochs=" + epochs + " is not in [1, " + TrackerSpec.MAX_EPOCHS + "]",
                assertThrows(IllegalArgumentException.class, () -> TrackerSpec.of(1, epochs)).getMessage());
    }

    @Test
    void shouldDigestPartsAsOneText() {
        Sha256 whole = Sha256.ofText("abc");
        assertEquals("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad", whole.hex());
        assertEquals(whole, Sha256.of("a".getBytes(StandardCharsets.UTF_8), "bc".getBytes(StandardCharsets.UTF_8)));
        assertEquals(whole, Sha256.ofDigest(whole.bytes()));
        assertArrayEquals(new byte[32], Sha256.UNSPECIFIED.bytes());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "abc", "BA7816BF8F01CFEA414140DE5DAE2223B00361A396177A9CB410FF61F20015AD"})
    void shouldRefuseWhatIsNotADigest(String hex) {
        assertThrows(IllegalArgumentException.class, () -> new Sha256(hex));
    }
}
