package dev.lethe.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.lethe.bench.BackendAgreement.Verdict;
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

@Tag("slow")
class BackendAgreementTest {
    @Test
    void shouldFindThatTwoBackendsTrainAlike() throws IOException {
        ByteArrayOutputStream text = new ByteArrayOutputStream();
        try (Backend expected = Backends.open("onednn", 1); Backend actual = Backends.open("vector", 1)) {
            assertEquals(Verdict.AGREES,
                    new BackendAgreement(expected, actual, new PrintStream(text)).compare(List.of("mnist-cnn")));
        }
        assertTrue(text.toString().contains("ok   mnist-cnn  f32  loss 2.3"), text.toString());
    }

    @Test
    void shouldFindThatABackendRepeatsItsBits() throws IOException {
        ByteArrayOutputStream text = new ByteArrayOutputStream();
        try (Backend expected = Backends.open("vector", 1); Backend actual = Backends.open("vector", 1)) {
            assertEquals(Verdict.AGREES, new BackendAgreement(expected, actual, 8, new PrintStream(text))
                    .compare(List.of("mlp")));
        }
        assertEquals("ok   mlp        f32  the same bits in losses and 6 parameters",
                text.toString().lines().toList().getLast());
    }

    @Test
    void shouldFindTheParametersThatABackendDoesNotRepeat() throws IOException {
        ByteArrayOutputStream text = new ByteArrayOutputStream();
        try (Backend expected = Backends.open("vector", 1)) {
            Backend actual = FaultyBackend.omittingTheRunAfter(19);
            assertEquals(Verdict.DISAGREES, new BackendAgreement(expected, actual, 8, new PrintStream(text))
                    .compare(List.of("mlp")));
        }
        assertTrue(text.toString().contains("FAIL mlp        f32  other bits in losses, "), text.toString());
    }

    @Test
    void shouldSayWhatDoesNotRunAndWhatWasNotCompared() throws IOException {
        ByteArrayOutputStream text = new ByteArrayOutputStream();
        try (Backend expected = Backends.open("onednn", 1)) {
            Backend actual = FaultyBackend.lostAfter(25);
            assertEquals(Verdict.DOES_NOT_RUN, new BackendAgreement(expected, actual, new PrintStream(text))
                    .compare(List.of("mlp", "mnist-cnn", "airbench94")));
        }
        List<String> lines = text.toString().lines().skip(1).toList();
        assertTrue(lines.getFirst().startsWith("ok   mlp        f32  loss 2."), lines.getFirst());
        assertEquals(List.of("DEAD mnist-cnn  f32  does not run: " + FaultyBackend.MESSAGE,
                "Not compared, since the backend may not run again in this process: airbench94 f32; name their "
                        + "networks in another call."),
                lines.subList(1, lines.size()));
    }

    @Test
    void shouldHaveAnExitCodeForEachVerdict() {
        assertEquals(List.of(0, 1, 3), Stream.of(Verdict.values()).map(Verdict::exitCode).toList());
    }

    /** Runs only if it is asked for by name, since most networks take minutes. */
    @Tag("long")
    @ParameterizedTest
    @MethodSource("networks")
    void shouldFindThatTheKernelsForGpusTrainEveryNetworkLikeTheProcessor(String network) throws IOException {
        assumeTrue(HostCudaBackend.available(), "the kernels for GPUs are tested on the host where it has g++");
        int threads = Runtime.getRuntime().availableProcessors();
        try (Backend expected = Backends.open("cpu", threads); Backend actual = HostCudaBackend.open()) {
            assertEquals(Verdict.AGREES,
                    new BackendAgreement(expected, actual, System.out).compare(List.of(network)));
        }
    }

    static Stream<String> networks() {
        return StreamSupport.stream(ModelZoo.names().spliterator(), false);
    }
}
