package dev.lethe.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lethe.train.Schedule.Cosine;
import dev.lethe.train.Schedule.MultiStep;
import dev.lethe.train.Schedule.OneCycle;
import dev.lethe.train.Schedule.WarmUp;
import dev.lethe.train.Schedule.WarmUp.Unit;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class ScheduleTest {

    /** Returns the lines of {@code schedules.py}: text, epochs, steps of an epoch, PyTorch's rate of every step. */
    static List<String> pytorch() throws IOException {
        try (InputStream stream = ScheduleTest.class.getResourceAsStream("schedules.txt")) {
            return new String(stream.readAllBytes(), StandardCharsets.UTF_8).lines().toList();
        }
    }

    @ParameterizedTest
    @MethodSource("pytorch")
    void shouldGiveTheRatesOfPyTorch(String line) {
        String[] words = line.split(" ");
        Schedule schedule = Schedule.parse(words[0]);
        int epochs = Integer.parseInt(words[1]);
        int stepsPerEpoch = Integer.parseInt(words[2]);
        assertEquals(epochs * stepsPerEpoch, words.length - 3);
        for (int step = 0; step < epochs * stepsPerEpoch; step++) {
            double expected = Double.parseDouble(words[3 + step]);
            assertEquals(expected, schedule.factor(step, stepsPerEpoch, epochs), 1e-12, "step " + step);
            assertEquals((float) (0.1f * expected), schedule.rate(0.1f, step, stepsPerEpoch, epochs), 1e-8f);
        }
    }

    @Test
    void shouldCompareEveryKindOfScheduleWithPyTorch() throws IOException {
        Set<Class<?>> compared = pytorch().stream().map(line -> Schedule.parse(line.split(" ")[0]).getClass())
                .collect(Collectors.toSet());
        compared.add(Schedule.Own.class); // which PyTorch does not know
        assertEquals(Set.of(Schedule.class.getPermittedSubclasses()), compared);
    }

    @ParameterizedTest
    @ValueSource(doubles = {Double.NaN, Double.POSITIVE_INFINITY, 1e300})
    void shouldRefuseFactorsThatGiveNoRate(double factor) {
        Schedule schedule = Schedule.of("mine", (step, _, _) -> step < 3 ? 1 : factor);
        assertEquals(0.1f, schedule.rate(0.1f, 2, 5, 1));
        String message = assertThrows(IllegalArgumentException.class, () -> schedule.rate(0.1f, 3, 5, 1)).getMessage();
        assertTrue(message.startsWith("schedule 'mine' has factor=" + factor + " at step=3 of a run of epochs=1"),
                message);
    }

    @Test
    void shouldNameOnesOwnSchedule() {
        assertEquals("mine", Schedule.of("mine", (_, _, _) -> 1).toString());
        assertTrue(assertThrows(IllegalArgumentException.class, () -> Schedule.of(" ", (_, _, _) -> 1)).getMessage()
                .contains("give a text that tells the schedule apart"));
    }

    @Test
    void shouldDivideTheRateByFiveAfterTheMilestonesOfThePaper() {
        Schedule schedule = Schedule.parse("multistep:60,120,160:0.2");
        int steps = 391; // CIFAR-10 in batches of 128
        assertEquals(0.1f, schedule.rate(0.1f, 60L * steps - 1, steps, 200));
        assertEquals(0.02f, schedule.rate(0.1f, 60L * steps, steps, 200));
        assertEquals(0.02f, schedule.rate(0.1f, 120L * steps - 1, steps, 200));
        assertEquals(0.004f, schedule.rate(0.1f, 120L * steps, steps, 200), 1e-9f);
        assertEquals(0.0008f, schedule.rate(0.1f, 200L * steps - 1, steps, 200), 1e-10f);
    }

    /** The factors are worked out by hand for ten epochs of ten steps, so that knots fall on steps. */
    @ParameterizedTest
    @CsvSource({"cosine,0,1", "cosine,50,0.5", "cosine:0.5,50,0.75", "cosine:1,99,1", // half-way down
            "onecycle,0,0.2", "onecycle,23,1", "onecycle,22,0.9652173913043478", // 0.2 + 0.8 * 22 / 23
            "onecycle,99,0.08207792207792208", // 1 - 0.93 * 76 / 77
            "onecycle:0,0,1", "onecycle:0,50,0.535", "onecycle:1,50,0.6", "onecycle:1,99,0.992", // one side alone
            "onecycle:0.5:0:0,50,1", "onecycle:0.5:0:0,0,0", "onecycle:0.5:0:0,99,0.02", //
            "warmup:4steps+constant,0,0.25", "warmup:4steps+constant,3,1", "warmup:4steps+constant,4,1",
            "warmup:1steps+constant,0,1", "warmup:2+constant,0,0.05", "warmup:2+constant,19,1",
            "warmup:2+cosine:1,9,0.5", "warmup:4+multistep:2:0.1,19,0.5", "warmup:4+multistep:2:0.1,20,0.0525",
            "'multistep:1,1:0.5',9,1", "'multistep:1,1:0.5',10,0.25", "multistep:1:2,9,1", "multistep:1:2,10,2",
            "multistep:60:0.2,99,1"})
    void shouldGiveTheFactorWorkedOutByHand(String text, long step, double expected) {
        assertEquals(expected, Schedule.parse(text).factor(step, 10, 10), 1e-12);
    }

    /** A resumed run asks for its first step without having asked for earlier ones. */
    @ParameterizedTest
    @MethodSource("pytorch")
    void shouldDependOnTheStepAlone(String line) {
        String[] words = line.split(" ");
        for (int step = words.length - 4; step >= 0; step--) {
            assertEquals(Double.parseDouble(words[3 + step]), Schedule.parse(words[0]).factor(step,
                    Integer.parseInt(words[2]), Integer.parseInt(words[1])), 1e-12, "step " + step);
        }
    }

    @Test
    void shouldEndACosineJustAfterTheLastStep() {
        Schedule schedule = new Cosine(0.1);
        assertEquals(0.1, schedule.factor(100, 10, 10), 1e-15);
        assertTrue(schedule.factor(99, 10, 10) > 0.1);
    }

    /** No factor gets lost when milestones are rounded to the same epoch. */
    @ParameterizedTest
    @CsvSource(delimiter = ' ', value = {"1 multistep:1,1,1:0.2 1", "2 multistep:1,1,2:0.2 0.04",
            "3 multistep:1,2,2:0.2 0.008", "4 multistep:1,2,3:0.2 0.008", "5 multistep:2,3,4:0.2 0.008",
            "200 multistep:60,120,160:0.2 0.008"})
    void shouldKeepEveryFactorOfMilestonesThatFallTogether(int epochs, String expected, double last) {
        Schedule stretched = Schedule.parse("multistep:60,120,160:0.2").stretched(epochs / 200.0);
        assertEquals(Schedule.parse(expected), stretched);
        assertEquals(last, stretched.factor(epochs - 1, 1, epochs), 1e-15);
        assertEquals(stretched, TrainingConfig.cifar(1, epochs).schedule());
    }

    /** The number of the step does not fit an int. */
    @Test
    void shouldCountStepsBeyondTheRangeOfInt() {
        long stepsPerEpoch = 1L << 30;
        assertEquals(0.5, new Cosine(0).factor(500 * stepsPerEpoch, stepsPerEpoch, 1000), 1e-12);
        assertEquals(0.5, new MultiStep(List.of(500), 0.5).factor(500 * stepsPerEpoch, stepsPerEpoch, 1000));
        assertEquals(0.5, new WarmUp(1000, Unit.EPOCHS, Schedule.constant()).factor(500 * stepsPerEpoch - 1,
                stepsPerEpoch, 1000), 1e-12);
    }

    @ParameterizedTest
    @CsvSource(delimiter = ' ', value = {"constant constant", "multistep:60,120,160:0.2 multistep:60,120,160:0.2",
            "multistep:5:.5 multistep:5:0.5", "multistep:1,1:0.5 multistep:1,1:0.5", "cosine cosine", "cosine:0 cosine",
            "cosine:1e-3 cosine:0.001",
            "onecycle onecycle:0.23:0.2:0.07", "onecycle:0.3 onecycle:0.3:0.2:0.07",
            "onecycle:0.5:0:1 onecycle:0.5:0.0:1.0", "warmup:5+cosine warmup:5+cosine",
            "warmup:500steps+multistep:1,2:0.1 warmup:500steps+multistep:1,2:0.1"})
    void shouldPrintWhatItReads(String text, String printed) {
        Schedule schedule = Schedule.parse(text);
        assertEquals(printed, schedule.toString());
        assertEquals(schedule, Schedule.parse(printed));
    }

    @Test
    void shouldPrintSmallNumbersSoThatTheyCanBeRead() {
        for (Schedule schedule : List.of(new Cosine(1e-300), new MultiStep(List.of(1), 1e20),
                new WarmUp(1, Unit.STEPS, new OneCycle(1e-7, 0, 5e-324)))) {
            assertEquals(schedule, Schedule.parse(schedule.toString()));
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {"linear|there is no schedule 'linear': write constant",
            "''|there is no schedule",
            "Cosine|there is no schedule 'Cosine'", "constant:1|1 values after the name: write constant",
            "multistep|0 values after the name: write multistep:MILESTONES:FACTOR",
            "multistep:60|1 values after the name", "multistep::0.2|milestone='': a whole number is needed",
            "multistep:60,x:0.2|milestone='x': a whole number is needed",
            "multistep:60,50:0.2|milestones=[60, 50]: epochs from 1 in ascending order are needed",
            "multistep:0:0.2|milestones=[0]: epochs from 1", "multistep:9999999999:1|milestone='9999999999'",
            "multistep:60:0|gamma=0.0: it must be a number above 0", "multistep:60:-1|factor='-1': a decimal number",
            "multistep:60:1e999|gamma=Infinity", "cosine:2|end=2.0: it lies in [0, 1]",
            "cosine:NaN|end='NaN': a decimal number is needed", "cosine:0.1f|end='0.1f'", "cosine:|end=''",
            "onecycle:0.23:0.2|start without an end: write onecycle:PEAK:START:END",
            "onecycle:1.5|peak=1.5: it lies in [0, 1]", "onecycle:0.5:2:0|start=2.0", "onecycle:0.5:0:2|end=2.0",
            "onecycle:1:2:3:4|4 values after the name", "warmup:5|a warm-up needs one schedule after a '+'",
            "warmup:5+|there is no schedule ''", "warmup:0+cosine|warmup=0: at least 1 is needed",
            "warmup:x+cosine|warmup='x': a whole number is needed",
            "warmup:5:6+cosine|'warmup:5:6' stands before a '+'",
            "warmup:1+warmup:2+cosine|a warm-up needs one schedule after a '+'", "cosine+warmup:5|a warm-up needs",
            "cosine+constant|'cosine' stands before a '+': write warmup:EPOCHS", "warmup:5 +cosine|warmup='5 '"})
    void shouldSayInOneSentenceWhatIsWrong(String text, String problem) {
        String message = assertThrows(IllegalArgumentException.class, () -> Schedule.parse(text)).getMessage();
        assertTrue(message.startsWith("schedule '" + text + "': ") && message.contains(problem), message);
    }

    @Test
    void shouldRefuseSchedulesThatAreNone() {
        assertThrows(IllegalArgumentException.class, () -> new MultiStep(List.of(), 0.1));
        assertThrows(IllegalArgumentException.class, () -> new MultiStep(List.of(1), Double.NaN));
        assertThrows(IllegalArgumentException.class, () -> new Cosine(Double.NaN));
        WarmUp once = new WarmUp(1, Unit.EPOCHS, Schedule.constant());
        assertThrows(IllegalArgumentException.class, () -> new WarmUp(1, Unit.EPOCHS, once));
    }

    @ParameterizedTest
    @ValueSource(strings = {"multistep:2:0.1", "cosine", "onecycle", "warmup:2+cosine"})
    void shouldBeKeptByAConfigurationWithAnotherSeed(String text) {
        TrainingConfig config = TrainingConfig.mnist(1, 5);
        assertEquals(Schedule.constant(), config.schedule());
        TrainingConfig scheduled = config.withSchedule(Schedule.parse(text));
        assertEquals(text.equals("onecycle") ? OneCycle.airbench() : Schedule.parse(text),
                scheduled.withSeed(2).schedule());
        assertEquals(config, scheduled.withSchedule(Schedule.constant()));
    }
}
