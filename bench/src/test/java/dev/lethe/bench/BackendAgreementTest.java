package dev.lethe.bench;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lethe.kernels.Backend;
import dev.lethe.kernels.Backends;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.util.List;
import org.junit.jupiter.api.Test;

class BackendAgreementTest {
    @Test
    void shouldFindThatTwoBackendsTrainAlike() throws IOException {
        ByteArrayOutputStream text = new ByteArrayOutputStream();
        try (Backend expected = Backends.open("onednn", 1); Backend actual = Backends.open("vector", 1)) {
            assertTrue(new BackendAgreement(expected, actual, new PrintStream(text)).agree(List.of("mnist-cnn")));
        }
        assertTrue(text.toString().contains("ok   mnist-cnn  f32  loss 2.3"), text.toString());
    }
}
