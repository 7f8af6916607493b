package dev.lethe.study;

import java.util.Arrays;
import java.util.List;

/**
 * An option that only some studies have. The command line, its help and the documentation are made from it.
 *
 * @param name name with its dashes, as in {@code --rounds}
 * @param label label of the value in help, as in {@code N}
 * @param value kind of the value, or of each value
 * @param description sentences for help, without the choices and the default, which are added to them
 * @param arity number of values
 * @param quickDefault text of the value that stands for the option where it is not given; empty for none
 * @param paperDefault text of that value with {@link Preset#PAPER}
 * @param <T> type of a value
 */
public record StudyOption<T>(String name, String label, OptionValue<T> value, String description, Arity arity,
        String quickDefault, String paperDefault) {
    /** Number of values of an option. */
    public enum Arity {
        /** One value, or the option is not given. */
        ONE,
        /** One value, and the option must be given. */
        REQUIRED,
        /** Several values with commas between them. */
        SEVERAL,
        /** Several values with commas between them, or the option alone for none. */
        SEVERAL_OR_NONE
    }

    /** Refuses impossible values by a sentence that names them. */
    public StudyOption {
        if (!name.startsWith("--")) {
            throw new IllegalArgumentException("option name=" + name + ": it begins with --");
        }
    }

    /** Makes an option of one value without a default. */
    public static <T> StudyOption<T> of(String name, String label, OptionValue<T> value, String description) {
        return new StudyOption<>(name, label, value, description, Arity.ONE, "", "");
    }

    /** Returns the option with another number of values. */
    public StudyOption<T> with(Arity other) {
        return new StudyOption<>(name, label, value, description, other, quickDefault, paperDefault);
    }

    /** Returns the option with a default, which stands as it would be typed. */
    public StudyOption<T> byDefault(String text) {
        return byDefault(text, text);
    }

    /** Returns the option with a default for each preset. */
    public StudyOption<T> byDefault(String quick, String paper) {
        return new StudyOption<>(name, label, value, description, arity, quick, paper);
    }

    /** Returns whether the option takes several values. */
    public boolean isList() {
        return arity == Arity.SEVERAL || arity == Arity.SEVERAL_OR_NONE;
    }

    /** Returns the values that stand for the option where it is not given; none where it has no default. */
    public List<T> defaults(Preset preset) {
        String text = preset == Preset.PAPER ? paperDefault : quickDefault;
        return text.isEmpty()
                ? List.of()
                : Arrays.stream(isList() ? text.split(",") : new String[]{text}).map(value.reader()).toList();
    }

    /** Returns the whole text for help: description, choices and default. */
    public String help() {
        StringBuilder help = new StringBuilder(description);
        if (!value.choices().isEmpty()) {
            help.append(isList() ? " Any of " : " One of ").append(String.join(", ", value.choices())).append('.');
        }
        if (!quickDefault.isEmpty()) {
            help.append(" Default: ").append(quickDefault);
            if (!paperDefault.equals(quickDefault)) {
                help.append("; ").append(paperDefault).append(" with --preset ").append(Preset.PAPER);
            }
            help.append(arity == Arity.SEVERAL_OR_NONE ? "; with no value, none." : ".");
        }
        return help.toString();
    }

    /** Returns name and value as a reader types them, as in {@code --shares SHARE,...}. */
    public String usage() {
        boolean listed = !value.choices().isEmpty() && value.type().isEnum();
        return name + " " + (listed ? String.join("|", value.choices()) : label) + (isList() ? ",..." : "");
    }
}
