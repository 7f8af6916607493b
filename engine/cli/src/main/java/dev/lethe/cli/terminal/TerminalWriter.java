package dev.lethe.cli.terminal;

import dev.lethe.report.ControlCharacters;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.util.Arrays;
import java.util.Locale;

/**
 * Output of the program to a terminal. Texts that are printed come from anywhere, names of files and classes among
 * them, so control characters in what is printed as a line, and in the arguments of a format, are made visible: such a
 * name can neither forge a line nor command the terminal. Line breaks of formats are the program's own, and so is what
 * goes through {@code print}: tables and help, of which the program knows every character.
 */
public final class TerminalWriter extends PrintWriter {
    /** Makes a writer that passes on what it is given, line by line. */
    public TerminalWriter(PrintWriter to) {
        super(to, true);
    }

    /** Makes a stream of which lines are treated alike, for what the logger writes. */
    public static PrintStream lines(PrintStream to) {
        return new PrintStream(to, true, to.charset()) {
            @Override
            public void println(String line) {
                super.println(visible(line));
            }

            @Override
            public void println(Object line) {
                super.println(visible(String.valueOf(line)));
            }
        };
    }

    @Override
    public void println(String line) {
        super.println(visible(line));
    }

    @Override
    public void println(Object line) {
        super.println(visible(String.valueOf(line)));
    }

    @Override
    public PrintWriter format(String format, Object... arguments) {
        return super.format(format, visible(arguments));
    }

    @Override
    public PrintWriter format(Locale locale, String format, Object... arguments) {
        return super.format(locale, format, visible(arguments));
    }

    /** Makes texts among the arguments visible; numbers stay numbers, which formats need. */
    private static Object[] visible(Object... arguments) {
        return Arrays.stream(arguments)
                .map(argument -> argument == null || argument instanceof Number || argument instanceof Boolean
                        ? argument
                        : ControlCharacters.visible(argument.toString()))
                .toArray();
    }

    /** Makes a line visible, without the tabs before it, which are those of stack traces. */
    private static String visible(String line) {
        String text = String.valueOf(line);
        int start = 0;
        while (start < text.length() && text.charAt(start) == '\t') {
            start++;
        }
        return text.substring(0, start) + ControlCharacters.visible(text.substring(start));
    }
}
