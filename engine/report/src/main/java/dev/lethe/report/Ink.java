package dev.lethe.report;

import java.awt.Color;
import java.util.Locale;

/**
 * Colours of the figures on paper. The page's style sheet may replace each through a CSS variable,
 * {@code --ink-blue} and so on: that is how figures follow the reader's dark mode. The coloured ones are Okabe and
 * Ito's, which can be told apart with any colour vision.
 */
public enum Ink {
    /** Letters and digits. */
    TEXT(0x22272e),
    /** Axes and their ticks. */
    AXIS(0x8a929c),
    /** Lines of the grid. */
    GRID(0xe3e6ea),
    /** Bluish green of the colours. */
    GREEN(0x009e73),
    /** Blue of the colours. */
    BLUE(0x0072b2),
    /** Vermillion of the colours. */
    VERMILLION(0xd55e00),
    /** Orange of the colours. */
    ORANGE(0xe69f00),
    /** Reddish purple of the colours. */
    PURPLE(0xcc79a7),
    /** Sky blue of the colours. */
    SKY(0x56b4e9);

    /** A number, as studies name inks also in packs that draw nothing, which have no class for colours. */
    private final int rgb;

    Ink(int rgb) {
        this.rgb = rgb;
    }

    /** Returns the colour on paper. */
    public Color color() {
        return new Color(rgb);
    }

    private String rgb() {
        return "rgb(" + (rgb >> 16) + "," + (rgb >> 8 & 0xff) + "," + (rgb & 0xff) + ")";
    }

    /** Returns an SVG with a variable for the colour of every ink; where it is not set, the colour on paper stays. */
    static String asVariables(String svg) {
        String replaced = svg;
        for (Ink ink : values()) {
            String variable = "--ink-" + ink.name().toLowerCase(Locale.ROOT);
            replaced = replaced.replace(ink.rgb(), "var(" + variable + "," + ink.rgb() + ")");
        }
        return replaced;
    }
}
