package dev.lethe.report;

import java.util.List;
import java.util.stream.Stream;

/**
 * A section of a report.
 *
 * @param title as text
 * @param blocks in order
 */
public record Section(String title, List<Block> blocks) {
    public Section {
        blocks = List.copyOf(blocks);
    }

    /** A section. */
    public static Section of(String title, Block... blocks) {
        return new Section(title, List.of(blocks));
    }

    /** All figures in it, in order. */
    public Stream<Figure> figures() {
        return blocks.stream().flatMap(block -> block instanceof Block.Figures some
                ? some.figures().stream()
                : Stream.empty());
    }
}
