package dev.lethe.tracker.interchange;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.function.IntToDoubleFunction;

/**
 * A column of numbers in a {@link ScoreTable}.
 *
 * @param name
 *            the name in the header, and of the array
 * @param type
 *            the type of the array; {@link ElementType#INT32}, {@link ElementType#FLOAT32} or {@link
 *            ElementType#FLOAT64}
 * @param values
 *            returns the value of an example, which is one of that type
 */
record ScoreColumn(String name, ElementType type, IntToDoubleFunction values) implements TableColumn {
    private static final int DECIMALS = 4;

    /** Returns the column as an array, (examples,). */
    ArraySource toArray(int examples) {
        return ArraySource.computed(type, ArrayShape.of(examples), index -> values.applyAsDouble((int) index));
    }

    @Override
    public void appendTo(StringBuilder row, int example) {
        double value = values.applyAsDouble(example);
        switch (type) {
            case INT32 -> row.append((int) value);
            case FLOAT32 -> row.append((float) value);
            case FLOAT64 -> appendMean(row, value);
            default -> throw new IllegalStateException("column=" + name + " type=" + type);
        }
    }

    /** Appends a mean of a few whole numbers: whole, or with four decimals; nothing where it is not defined. */
    private static void appendMean(StringBuilder row, double mean) {
        if (mean == Math.rint(mean)) {
            row.append((long) mean);
        } else if (!Double.isNaN(mean)) {
            row.append(BigDecimal.valueOf(mean).setScale(DECIMALS, RoundingMode.HALF_UP).toPlainString());
        }
    }
}
