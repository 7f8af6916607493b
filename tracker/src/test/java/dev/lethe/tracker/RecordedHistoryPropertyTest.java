package dev.lethe.tracker;

import static dev.lethe.tracker.HistoryAssertions.assertHolds;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.domains.Domain;
import net.jqwik.api.domains.DomainContext;
import net.jqwik.api.lifecycle.AfterProperty;
import net.jqwik.api.lifecycle.BeforeProperty;

/** The properties of the history of any run, however it was recorded. */
@Domain(RecordedRuns.class)
@Domain(DomainContext.Global.class)
class RecordedHistoryPropertyTest {
    private MemoryFolder folder;

    @BeforeProperty
    void makeFolder() throws IOException {
        folder = new MemoryFolder();
    }

    @AfterProperty
    void deleteFolder() throws IOException {
        folder.close();
    }

    private static History inMemory(RunShape shape, RunShape.Run run, WayOfRecording way) throws IOException {
        try (ForgettingTracker tracker = ForgettingTracker.inMemory(shape.spec())) {
            RunShape.record(run, 0, shape.epochs(), way, tracker);
            return tracker.history();
        }
    }

    private static void assertSamePlanes(History expected, History history) {
        assertEquals(expected.epochs(), history.epochs());
        for (int epoch = 0; epoch < expected.epochs(); epoch++) {
            assertEquals(expected.totals(epoch + 1), history.totals(epoch + 1), "totals of epoch " + epoch);
            assertEquals(-1, expected.seen(epoch + 1).mismatch(history.seen(epoch + 1)),
                    "seen plane of epoch " + epoch);
            assertEquals(-1, expected.correct(epoch + 1).mismatch(history.correct(epoch + 1)),
                    "correct plane of epoch " + epoch);
        }
        assertEquals(expected.nonFinitePresentations(), history.nonFinitePresentations());
    }

    private static void assertSame(History expected, History history) {
        assertSamePlanes(expected, history);
        assertEquals(-1, expected.sums().mismatch(history.sums()), "sums");
    }

    @Property(tries = 100, seed = "1")
    void shouldKeepEveryBitTotalAndSum(@ForAll RunShape shape, @ForAll WayOfRecording way) throws IOException {
        RunShape.Run run = shape.run();
        try (History history = inMemory(shape, run, way)) {
            assertHolds(run.expected(), shape.epochs(), history);
            long nonFinite = run.recorded().epochs().stream().flatMap(List::stream)
                    .filter(p -> !Float.isFinite(p.margin() + p.el2n() + p.probability() + p.loss())).count();
            assertEquals(nonFinite, history.nonFinitePresentations());
        }
    }

    @Property(tries = 25, seed = "2")
    void shouldHoldTheSameBytesInFileAndMemoryHoweverRecorded(@ForAll RunShape shape, @ForAll WayOfRecording way,
            @ForAll WayOfRecording other) throws IOException {
        RunShape.Run run = shape.run();
        Path file = folder.newFile();
        try (ForgettingTracker tracker = ForgettingTracker.create(file, shape.spec())) {
            RunShape.record(run, 0, shape.epochs(), way, tracker);
        }
        try (History inFile = History.open(file); History inMemory = inMemory(shape, run, other)) {
            assertSame(inMemory, inFile);
        }
    }

    @Provide
    Arbitrary<List<Double>> interruptions() {
        return Arbitraries.doubles().between(0, 1).list().ofMinSize(1).ofMaxSize(4);
    }

    /** Interrupts the run at random epochs, in the middle of recording. */
    @Property(tries = 40, seed = "3")
    void shouldResumeAsIfNeverInterrupted(@ForAll RunShape shape, @ForAll WayOfRecording way,
            @ForAll("interruptions") List<Double> interruptions) throws IOException {
        RunShape.Run run = shape.run();
        Path whole = folder.newFile();
        try (ForgettingTracker tracker = ForgettingTracker.create(whole, shape.spec())) {
            RunShape.record(run, 0, shape.epochs(), way, tracker);
        }
        Path resumed = folder.newFile();
        ForgettingTracker.create(resumed, shape.spec()).close();
        List<Integer> stops = new ArrayList<>(
                interruptions.stream().sorted().map(at -> (int) (at * shape.epochs())).toList());
        stops.add(shape.epochs());
        for (int stop : stops) {
            try (ForgettingTracker tracker = ForgettingTracker.resume(resumed, shape.spec())) {
                RunShape.record(run, tracker.committedEpochs(), stop, way, tracker);
                if (stop < shape.epochs()) {
                    List<Presentation> next = run.recorded().epochs().get(stop);
                    way.record(next.subList(0, next.size() / 2), tracker);
                }
            }
        }
        assertEquals(-1, Files.mismatch(whole, resumed));
    }

    /** Gives each example to one rank throughout, so that its sums are added up in the same order. */
    @Property(tries = 50, seed = "4")
    void shouldMergeShardsIntoTheRun(@ForAll RunShape shape, @ForAll WayOfRecording way) throws IOException {
        RunShape.Run run = shape.run();
        int ranks = 1 + Math.floorMod(shape.seed(), 4);
        List<RunShape.Run> shards = shards(run, ranks, (epoch, example) -> example % ranks);
        try (History whole = inMemory(shape, run, way); History merged = merged(shape, shards, way)) {
            assertSame(whole, merged);
        }
    }

    /** Deals each epoch to the ranks anew, so that float sums are added up in another order. */
    @Property(tries = 50, seed = "5")
    void shouldMergeShardsThatAreDealtAnewEachEpoch(@ForAll RunShape shape, @ForAll WayOfRecording way)
            throws IOException {
        RunShape.Run run = shape.run();
        int ranks = 2 + Math.floorMod(shape.seed(), 3);
        Random random = new Random(shape.seed());
        List<RunShape.Run> shards = shards(run, ranks, (epoch, example) -> random.nextInt(ranks));
        try (History whole = inMemory(shape, run, way); History merged = merged(shape, shards, way)) {
            assertSamePlanes(whole, merged);
            for (RunningSum sum : RunningSum.values()) {
                for (int example = 0; example < shape.examples(); example++) {
                    // as many roundings as epochs, of sums of values of about 1
                    float tolerance = 1e-6f * (1 + shape.epochs()) * (1 + (float) Math.sqrt(shape.epochs()));
                    assertEquals(whole.sum(sum, example), merged.sum(sum, example), tolerance, sum + " of " + example);
                }
            }
        }
    }

    private interface Deal {
        int rank(int epoch, int example);
    }

    private static List<RunShape.Run> shards(RunShape.Run run, int ranks, Deal deal) {
        List<List<List<Presentation>>> shards = new ArrayList<>();
        for (int rank = 0; rank < ranks; rank++) {
            shards.add(new ArrayList<>());
        }
        for (int epoch = 0; epoch < run.recorded().epochs().size(); epoch++) {
            shards.forEach(shard -> shard.add(new ArrayList<>()));
            for (Presentation presentation : run.recorded().epochs().get(epoch)) {
                shards.get(deal.rank(epoch, presentation.example())).get(epoch).add(presentation);
            }
        }
        int examples = run.recorded().examples();
        return shards.stream().map(epochs -> new RandomRun(examples, epochs))
                .map(shard -> new RunShape.Run(shard, shard)).toList();
    }

    private static History merged(RunShape shape, List<RunShape.Run> shards, WayOfRecording way) throws IOException {
        List<History> ranks = new ArrayList<>();
        try {
            for (RunShape.Run shard : shards) {
                ranks.add(inMemory(shape, shard, way));
            }
            return History.merge(ranks);
        } finally {
            ranks.forEach(History::close);
        }
    }
}
