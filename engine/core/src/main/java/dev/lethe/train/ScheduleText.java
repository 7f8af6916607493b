package dev.lethe.train;

import dev.lethe.train.Schedule.Cosine;
import dev.lethe.train.Schedule.MultiStep;
import dev.lethe.train.Schedule.OneCycle;
import dev.lethe.train.Schedule.WarmUp;
import dev.lethe.train.Schedule.WarmUp.Unit;
import java.util.Arrays;
import java.util.List;

/** Schedules as the command line writes them: {@code [warmup:LENGTH+]NAME[:ARGUMENT]...}. */
final class ScheduleText {
    static final String CONSTANT = "constant";
    static final String MULTISTEP = "multistep";
    static final String COSINE = "cosine";
    static final String ONECYCLE = "onecycle";
    static final String WARMUP = "warmup";
    static final String STEPS = "steps";

    private static final String EXAMPLES = "constant, multistep:60,120:0.2, cosine, onecycle:0.23 or warmup:5+cosine";

    private final String text;

    ScheduleText(String text) {
        this.text = text;
    }

    Schedule parse() {
        try {
            int plus = text.indexOf('+');
            return plus < 0 ? plain(text) : warmUp(text.substring(0, plus), plain(text.substring(plus + 1)));
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("schedule '" + text + "': " + e.getMessage(), e);
        }
    }

    private static Schedule plain(String word) {
        List<String> parts = Arrays.asList(word.split(":", -1));
        List<String> arguments = parts.subList(1, parts.size());
        return switch (parts.getFirst()) {
            case CONSTANT -> {
                requireArguments(arguments, 0, 0, CONSTANT);
                yield Schedule.constant();
            }
            case MULTISTEP -> {
                requireArguments(arguments, 2, 2, "multistep:MILESTONES:FACTOR, as in multistep:60,120,160:0.2");
                yield new MultiStep(milestones(arguments.getFirst()), number("factor", arguments.getLast()));
            }
            case COSINE -> {
                requireArguments(arguments, 0, 1, "cosine or cosine:END, as in cosine:0.01");
                yield new Cosine(arguments.isEmpty() ? 0 : number("end", arguments.getFirst()));
            }
            case ONECYCLE -> oneCycle(arguments);
            case WARMUP -> throw new IllegalArgumentException(
                    "a warm-up needs one schedule after a '+', as in warmup:5+cosine");
            default -> throw new IllegalArgumentException(
                    "there is no schedule '" + parts.getFirst() + "': write " + EXAMPLES);
        };
    }

    private static Schedule oneCycle(List<String> arguments) {
        requireArguments(arguments, 0, 3, "onecycle, onecycle:PEAK or onecycle:PEAK:START:END, as in onecycle:0.23");
        if (arguments.size() == 2) {
            throw new IllegalArgumentException(
                    "start without an end: write onecycle:PEAK:START:END, as in onecycle:0.23:0.2:0.07");
        }
        OneCycle usual = OneCycle.airbench();
        boolean both = arguments.size() == 3;
        return new OneCycle(arguments.isEmpty() ? usual.peak() : number("peak", arguments.get(0)),
                both ? number("start", arguments.get(1)) : usual.start(),
                both ? number("end", arguments.get(2)) : usual.end());
    }

    private static Schedule warmUp(String word, Schedule then) {
        String[] parts = word.split(":", -1);
        if (!parts[0].equals(WARMUP) || parts.length != 2) {
            throw new IllegalArgumentException(
                    "'" + word + "' stands before a '+': write warmup:EPOCHS or warmup:NUMBERsteps there");
        }
        boolean steps = parts[1].endsWith(STEPS);
        String length = steps ? parts[1].substring(0, parts[1].length() - STEPS.length()) : parts[1];
        return new WarmUp(whole("warmup", length), steps ? Unit.STEPS : Unit.EPOCHS, then);
    }

    private static List<Integer> milestones(String list) {
        return Arrays.stream(list.split(",", -1)).map(word -> whole("milestone", word)).toList();
    }

    private static void requireArguments(List<String> arguments, int least, int most, String form) {
        if (arguments.size() < least || arguments.size() > most) {
            throw new IllegalArgumentException(arguments.size() + " values after the name: write " + form);
        }
    }

    private static int whole(String name, String word) {
        if (!word.matches("[0-9]{1,9}")) {
            throw new IllegalArgumentException(name + "='" + word + "': a whole number is needed, below a billion");
        }
        return Integer.parseInt(word);
    }

    private static double number(String name, String word) {
        if (!word.matches("([0-9]+(\\.[0-9]*)?|\\.[0-9]+)([eE]-?[0-9]+)?")) {
            throw new IllegalArgumentException(name + "='" + word + "': a decimal number is needed, as in 0.2");
        }
        return Double.parseDouble(word);
    }
}
