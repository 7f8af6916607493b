package dev.lethe.study;

import dev.lethe.data.ImageSet;
import dev.lethe.tracker.score.RunAggregate;
import java.util.Locale;

/**
 * {@code scores.csv}: a row an example in the order of the data set. Forgetting events are summed over the runs that
 * learned the example, the other scores are means over the runs; {@code first_learned} is empty where none learned it.
 */
final class ScoresCsv {
    private static final String HEADER = "id,label,forgetting_events,never_learned_runs,first_learned,mean_margin,el2n,"
            + "confidence,variability,mean_loss\n";
    private static final int BYTES_A_ROW = 80;

    private ScoresCsv() {}

    static CharSequence of(ImageSet train, RunAggregate scores) {
        StringBuilder csv = new StringBuilder(HEADER.length() + BYTES_A_ROW * scores.examples()).append(HEADER);
        for (int id = 0; id < scores.examples(); id++) {
            csv.append(id).append(',').append(train.label(id)).append(',').append(scores.forgettingEvents(id))
                    .append(',').append(scores.neverLearnedRuns(id)).append(',')
                    .append(firstLearned(scores.firstLearned(id))).append(',').append(scores.margin(id)).append(',')
                    .append(scores.el2n(id)).append(',').append(scores.confidence(id)).append(',')
                    .append(scores.variability(id)).append(',').append(scores.loss(id)).append('\n');
        }
        return csv;
    }

    private static String firstLearned(double mean) {
        if (Double.isNaN(mean)) {
            return "";
        }
        return mean == Math.rint(mean) ? Long.toString((long) mean) : String.format(Locale.ROOT, "%.4f", mean);
    }
}
