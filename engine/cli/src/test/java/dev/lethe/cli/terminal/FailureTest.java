package dev.lethe.cli.terminal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.lethe.data.DataSetException;
import dev.lethe.kernels.BackendUnavailableException;
import dev.lethe.run.RunException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.NoSuchFileException;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.concurrent.ExecutionException;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class FailureTest {
    private static final String NOPE = "nope cannot be read or written: it does not exist, or is a link to nothing; "
            + "check the path";

    static Stream<Throwable> sentences() {
        return Stream.of(new RunException("a sentence"), new DataSetException("a sentence"),
                new IllegalArgumentException("a sentence"), new IllegalStateException("a sentence"),
                new UnsupportedOperationException("a sentence"));
    }

    @ParameterizedTest
    @MethodSource("sentences")
    void shouldPassOnSentencesThatWereWrittenForPeople(Throwable failure) {
        assertEquals("a sentence", Failure.sentence(failure));
    }

    static Stream<Arguments> files() {
        NoSuchFileException missing = new NoSuchFileException("nope");
        return Stream.of(Arguments.of(missing, NOPE), Arguments.of(new UncheckedIOException(missing), NOPE),
                Arguments.of(new UncheckedIOException("the jar is incomplete", missing),
                        "the jar is incomplete: " + NOPE),
                Arguments.of(new IllegalStateException(missing), NOPE),
                Arguments.of(new ExecutionException(missing), NOPE));
    }

    @ParameterizedTest
    @MethodSource("files")
    void shouldSayFileReasonAndRemedy(Throwable failure, String sentence) {
        assertEquals(sentence, Failure.sentence(failure));
    }

    @Test
    void shouldSayWhatIsWrongWithJsonOnOneLine() {
        for (String text : List.of("{\"a\": ", "[1, 2", "nope")) {
            IOException failure = assertThrows(IOException.class,
                    () -> new ObjectMapper().readTree(text));
            String sentence = Failure.sentence(failure);
            assertTrue(sentence.startsWith("a file of JSON is damaged: ") && sentence.lines().count() == 1
                    && sentence.endsWith("; put back a whole copy of it"), sentence);
        }
    }

    static Stream<Throwable> faults() {
        return Stream.of(new NullPointerException("Cannot invoke \"Object.toString()\" because \"x\" is null"),
                new IndexOutOfBoundsException("Index 5 out of bounds for length 3"),
                new ArrayIndexOutOfBoundsException(3), new ArithmeticException("integer overflow"),
                new ClassCastException("class A cannot be cast to class B"), new NoSuchElementException("No value"),
                new NumberFormatException("For input string: \"x\""), new NegativeArraySizeException("-1"),
                new IllegalStateException(), new IllegalArgumentException(), new IllegalArgumentException(" "),
                new StackOverflowError(), new AssertionError("examples"), new NoClassDefFoundError("a/B"),
                new ExceptionInInitializerError(new NullPointerException()));
    }

    @ParameterizedTest
    @MethodSource("faults")
    void shouldCallAProgrammingErrorAFaultOfLethe(Throwable failure) {
        String sentence = Failure.sentence(failure);
        assertTrue(sentence.startsWith("this is a fault in Lethe (" + failure.getClass().getName()), sentence);
        assertTrue(sentence.endsWith("): --debug prints the stack trace, which a report of it needs"), sentence);
    }

    @Test
    void shouldCallWhatThePlatformRefusesAFaultOfLethe() {
        IllegalArgumentException ofPlatform = assertThrows(IllegalArgumentException.class,
                () -> Thread.State.valueOf("NOPE"));
        assertTrue(Failure.sentence(ofPlatform).startsWith("this is a fault in Lethe (java.lang.IllegalArgument"),
                Failure.sentence(ofPlatform));
    }

    @ParameterizedTest
    @ValueSource(strings = {"Java heap space", "GC overhead limit exceeded",
            "Requested array size exceeds VM limit"})
    void shouldAdviseALargerHeap(String message) {
        assertEquals("not enough memory for the Java heap (" + message + "): take smaller images or batches, or allow "
                + "more with LETHE_JAVA_OPTS=-Xmx16g", Failure.sentence(new OutOfMemoryError(message)));
    }

    @Test
    void shouldAdviseByTheKindOfMemory() {
        assertEquals("the system starts no more threads (unable to create native thread: possibly out of memory or "
                + "process/resource limits reached): choose fewer --threads or --jobs, or raise its limits (ulimit -u)",
                Failure.sentence(new OutOfMemoryError("unable to create native thread: possibly out of memory or "
                        + "process/resource limits reached")));
        assertEquals("not enough native memory (the system has no 99 bytes of native memory left): take smaller images "
                + "or batches, a smaller model or fewer --jobs, or close other programs",
                Failure.sentence(new OutOfMemoryError("the system has no 99 bytes of native memory left")));
        assertEquals(
                "not enough native memory (Unable to allocate 99 bytes): take smaller images or batches, a smaller "
                        + "model or fewer --jobs, or close other programs",
                Failure.sentence(new OutOfMemoryError("Unable to allocate 99 bytes")));
        assertEquals("not enough memory outside of the Java heap (Cannot reserve 99 bytes of direct buffer memory "
                + "(allocated: 1, limit: 2)): take smaller images or batches, or allow more with "
                + "LETHE_JAVA_OPTS=-XX:MaxDirectMemorySize=64g",
                Failure.sentence(new OutOfMemoryError(
                        "Cannot reserve 99 bytes of direct buffer memory (allocated: 1, limit: 2)")));
        assertEquals("not enough native memory (Metaspace): take smaller images or batches, a smaller model or fewer "
                + "--jobs, or close other programs", Failure.sentence(new OutOfMemoryError("Metaspace")));
    }

    @Test
    void shouldPassOnWhatABackendSays() {
        assertEquals("no GPU: take another", Failure.sentence(new IllegalStateException("no GPU: take another")));
        assertTrue(BackendUnavailableException.class.getName().startsWith("dev.lethe."));
    }
}
