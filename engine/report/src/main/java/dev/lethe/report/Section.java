package dev.lethe.report;

import java.util.List;
import java.util.stream.Stream;

/**
 * A section of a report.
 *
 * @param title heading, as text
 * @param blocks parts in their order
 */
public record Section(String title, List<Block> blocks) {
    /** Keeps copies that do not change. */
    public Section {
        blocks = List.copyOf(blocks);
    }

    /** Makes a section. */
    public static Section of(String title, Block... blocks) {
        return new Section(title, List.of(blocks));
    }

    /** Returns the section for a report of several studies: title and names of figures begin with that of the study. */
    public Section of(String study) {
        return new Section(study + ": " + title, blocks.stream().map(block -> block instanceof Block.Figures some
                ? new Block.Figures(
                        some.figures().stream().map(figure -> named(figure, study)).toList())
                : block).toList());
    }

    private static Figure named(Figure figure, String study) {
        return figure.id().startsWith(study) ? figure : figure.named(study + "-" + figure.id());
    }

    /** Returns all figures in their order. */
    public Stream<Figure> figures() {
        return blocks.stream().flatMap(block -> block instanceof Block.Figures some
                ? some.figures().stream()
                : Stream.empty());
    }
}
