package dev.lethe.cli.terminal;

/** Words for a POSIX shell. */
public final class Shell {
    private Shell() {}

    /** Returns a word in the form in which a shell reads it back. */
    public static String quoted(String word) {
        return word.matches("[\\w./:,+=-]+") ? word : "'" + word.replace("'", "'\\''") + "'";
    }
}
