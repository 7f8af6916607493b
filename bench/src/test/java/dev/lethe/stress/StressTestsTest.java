package dev.lethe.stress;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.lang.annotation.Annotation;
import java.lang.reflect.Method;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Result;
import org.openjdk.jcstress.infra.StateCase;
import org.openjdk.jcstress.infra.TestInfo;
import org.openjdk.jcstress.infra.runners.TestList;

/** The list of stress tests, and their outcomes when actors take turns. */
class StressTestsTest {
    private static final Path SOURCES = Path.of("src/main/java/dev/lethe/stress");

    static Collection<String> listed() {
        return new TreeSet<>(TestList.tests());
    }

    @Test
    void shouldListEveryAnnotatedClass() throws IOException {
        try (Stream<Path> files = Files.list(SOURCES)) {
            TreeSet<String> annotated = files.filter(StressTestsTest::isAnnotated)
                    .map(file -> "dev.lethe.stress." + file.getFileName().toString().replace(".java", ""))
                    .collect(Collectors.toCollection(TreeSet::new));
            assertEquals(annotated, listed());
        }
    }

    private static boolean isAnnotated(Path file) {
        try {
            return Files.readAllLines(file).contains("@JCStressTest");
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void shouldTestEveryConcurrentPromise() {
        assertTrue(TestList.tests().containsAll(Stream.of(TwoRecordersSideBySide.class, TwoRecordersOfOneExample.class,
                TwoRecordersOfNaN.class, TwoBatchesSideBySide.class,
                RecordAgainstCommit.class, BatchAgainstCommit.class, TwoEpochsOfOneExample.class,
                RecordAgainstHistory.class, CommitAgainstHistory.class, CommitAndHistoryAgainstRecord.class,
                TwoCommits.class, DiscardAgainstCommit.class, CloseAgainstHistory.class, CloseAgainstClose.class)
                .map(Class::getName).toList()));
    }

    @ParameterizedTest
    @MethodSource("listed")
    void shouldSayInWordsWhyEachOutcomeIsAccepted(String name) throws ClassNotFoundException {
        TestInfo info = TestList.getInfo(name);
        assertTrue(Class.forName(name).isAnnotationPresent(JCStressTest.class));
        assertFalse(info.description().isBlank());
        assertFalse(info.cases().isEmpty());
        for (StateCase outcome : info.cases()) {
            assertTrue(outcome.description().length() > 40, outcome.matchPattern());
        }
        assertEquals(Expect.FORBIDDEN, info.unmatched().expect());
    }

    @ParameterizedTest
    @MethodSource("listed")
    void shouldAcceptActorsThatTakeTurns(String name) throws ReflectiveOperationException {
        Class<?> type = Class.forName(name);
        List<Method> actors = annotated(type, Actor.class);
        assertEquals(2, actors.size());
        for (int round = 0; round < 3; round++) { // more than one state may share a tracker
            assertAccepted(name, outcome(type, actors));
            assertAccepted(name, outcome(type, actors.reversed()));
        }
    }

    private static void assertAccepted(String name, String outcome) {
        assertTrue(TestList.getInfo(name).cases().stream()
                .anyMatch(known -> known.expect() == Expect.ACCEPTABLE && known.matchesExactly(outcome)), outcome);
    }

    /**
     * Returns the outcome that jcstress would count after running {@code actors} one after the other, and then the
     * arbiter.
     */
    private static String outcome(Class<?> type, List<Method> actors) throws ReflectiveOperationException {
        Object state = type.getConstructor().newInstance();
        List<Method> arbiters = annotated(type, Arbiter.class);
        List<Method> all = new ArrayList<>(actors);
        all.addAll(arbiters);
        Object result = all.stream().flatMap(method -> Arrays.stream(method.getParameterTypes()))
                .filter(parameter -> parameter.isAnnotationPresent(Result.class)).findFirst().orElseThrow()
                .getConstructor().newInstance();
        for (Method method : all) {
            method.invoke(state, method.getParameterCount() == 0 ? new Object[0] : new Object[]{result});
        }
        return result.toString();
    }

    private static List<Method> annotated(Class<?> type, Class<? extends Annotation> annotation) {
        return Arrays.stream(type.getDeclaredMethods()).filter(method -> method.isAnnotationPresent(annotation))
                .sorted(Comparator.comparing(Method::getName)).toList();
    }
}
