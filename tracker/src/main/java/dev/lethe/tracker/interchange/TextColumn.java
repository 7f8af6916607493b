package dev.lethe.tracker.interchange;

import java.util.function.IntFunction;

/**
 * A column of texts in a {@link ScoreTable}.
 *
 * @param name
 *            the name in the header
 * @param texts
 *            returns the text of an example
 */
record TextColumn(String name, IntFunction<String> texts) implements TableColumn {
    @Override
    public void appendTo(StringBuilder row, int example) {
        row.append(CsvText.cell(texts.apply(example)));
    }
}
