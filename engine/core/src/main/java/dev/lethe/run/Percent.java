package dev.lethe.run;

import java.text.DecimalFormat;
import java.text.DecimalFormatSymbols;
import java.util.Locale;

/** Text of shares in labels. */
final class Percent {
    private Percent() {}

    static String of(double share) {
        return new DecimalFormat("0.##", DecimalFormatSymbols.getInstance(Locale.ROOT)).format(100 * share) + "%";
    }
}
