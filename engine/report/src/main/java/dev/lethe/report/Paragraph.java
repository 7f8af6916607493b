package dev.lethe.report;

import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A paragraph of plain words, some of which stand out. It is put together once, and read as HTML in a report and as
 * text on a terminal. Immutable.
 *
 * @param parts parts in their order, which follow each other without spaces
 */
public record Paragraph(List<Part> parts) {
    /** The paragraph without words, to begin with. */
    public static final Paragraph EMPTY = new Paragraph(List.of());

    /** A part of a paragraph. */
    public sealed interface Part {}

    /** Words that do not stand out. */
    record Plain(String text) implements Part {}

    /** Words that are emphasised. */
    record Strong(String text) implements Part {}

    /** Words as they are typed or found in a file. */
    record Code(String text) implements Part {}

    /** The end of a line. */
    record LineBreak() implements Part {}

    /** Keeps copies that do not change. */
    public Paragraph {
        parts = List.copyOf(parts);
    }

    /** Begins a paragraph with plain words. */
    public static Paragraph of(String text) {
        return EMPTY.plain(text);
    }

    /** Adds plain words. */
    public Paragraph plain(String text) {
        return and(new Plain(text));
    }

    /** Adds words that are emphasised. */
    public Paragraph strong(String text) {
        return and(new Strong(text));
    }

    /** Adds words as they are typed or found in a file. */
    public Paragraph code(String text) {
        return and(new Code(text));
    }

    /** Ends a line. */
    public Paragraph lineBreak() {
        return and(new LineBreak());
    }

    private Paragraph and(Part part) {
        return new Paragraph(Stream.concat(parts.stream(), Stream.of(part)).toList());
    }

    /** Adds another paragraph to the same line. */
    public Paragraph then(Paragraph other) {
        return new Paragraph(Stream.concat(parts.stream(), other.parts.stream()).toList());
    }

    /** Returns the content of an HTML element. */
    public String html() {
        return parts.stream().map(part -> switch (part) {
            case Plain(String text) -> Html.escape(text);
            case Strong(String text) -> "<strong>" + Html.escape(text) + "</strong>";
            case Code(String text) -> "<code>" + Html.escape(text) + "</code>";
            case LineBreak() -> "<br>";
        }).collect(Collectors.joining());
    }

    /** Returns the words alone, in one or more lines. */
    public String text() {
        return parts.stream().map(part -> switch (part) {
            case Plain(String text) -> text;
            case Strong(String text) -> text;
            case Code(String text) -> text;
            case LineBreak() -> "\n";
        }).collect(Collectors.joining());
    }
}
