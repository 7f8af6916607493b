package dev.lethe.bench;

import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.lethe.kernels.Backend;
import dev.lethe.kernels.Backends;
import dev.lethe.model.ModelZoo;
import dev.lethe.nativelib.cuda.HostCudaBackend;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.util.List;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class BackendAgreementTest {
    @Test
    void shouldFindThatTwoBackendsTrainAlike() throws IOException {
        ByteArrayOutputStream text = new ByteArrayOutputStream();
        try (Backend expected = Backends.open("onednn", 1); Backend actual = Backends.open("vector", 1)) {
            assertTrue(new BackendAgreement(expected, actual, new PrintStream(text)).agree(List.of("mnist-cnn")));
        }
        assertTrue(text.toString().contains("ok   mnist-cnn  f32  loss 2.3"), text.toString());
    }

    /** Runs only if it is asked for by name, since most networks take minutes. */
    @Tag("long")
    @ParameterizedTest
    @MethodSource("networks")
    void shouldFindThatTheKernelsForGpusTrainEveryNetworkLikeTheProcessor(String network) throws IOException {
        assumeTrue(HostCudaBackend.available(), "the kernels for GPUs are tested on the host where it has g++");
        int threads = Runtime.getRuntime().availableProcessors();
        try (Backend expected = Backends.open("cpu", threads); Backend actual = HostCudaBackend.open()) {
            assertTrue(new BackendAgreement(expected, actual, System.out).agree(List.of(network)));
        }
    }

    static Stream<String> networks() {
        return StreamSupport.stream(ModelZoo.names().spliterator(), false);
    }
}
