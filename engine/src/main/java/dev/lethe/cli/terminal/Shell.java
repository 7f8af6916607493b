package dev.lethe.cli.terminal;

/** Words for a POSIX shell. */
public final class Shell {
    private Shell() {}

    /** The word as a shell reads it back. */
    public static String quoted(String word) {
        return word.matches("[\\w./:,+=-]+") ? word : "'" + word.replace("'", "'\\''") + "'";
    }
}
