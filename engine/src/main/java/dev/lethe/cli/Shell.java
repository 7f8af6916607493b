package dev.lethe.cli;

/** Words for a POSIX shell. */
final class Shell {
    private Shell() {}

    /** The word as a shell reads it back. */
    static String quoted(String word) {
        return word.matches("[\\w./:,+=-]+") ? word : "'" + word.replace("'", "'\\''") + "'";
    }
}
