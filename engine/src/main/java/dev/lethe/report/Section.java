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

    /** The same in a report of several studies: its title and the names of its figures begin with that of the study. */
    public Section of(String study) {
        return new Section(study + ": " + title, blocks.stream().map(block -> block instanceof Block.Figures some
                ? new Block.Figures(
                        some.figures().stream().map(figure -> named(figure, study)).toList())
                : block).toList());
    }

    private static Figure named(Figure figure, String study) {
        return figure.id().startsWith(study) ? figure : figure.named(study + "-" + figure.id());
    }

    /** All figures in it, in order. */
    public Stream<Figure> figures() {
        return blocks.stream().flatMap(block -> block instanceof Block.Figures some
                ? some.figures().stream()
                : Stream.empty());
    }
}
