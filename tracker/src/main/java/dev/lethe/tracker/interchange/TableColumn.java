package dev.lethe.tracker.interchange;

/** A column of a {@link ScoreTable}. */
sealed interface TableColumn permits ScoreColumn, TextColumn {
    /** Returns the name in the header. */
    String name();

    /** Appends the text of an example's value to a row of CSV. */
    void appendTo(StringBuilder row, int example);
}
