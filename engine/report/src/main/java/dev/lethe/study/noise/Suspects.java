package dev.lethe.study.noise;

import dev.lethe.data.DataSet;
import dev.lethe.data.ExampleTables;
import dev.lethe.io.AtomicFiles;
import dev.lethe.run.store.FinishedRun;
import dev.lethe.run.store.WeightedMeans;
import dev.lethe.study.StudyContext;
import dev.lethe.tracker.interchange.CsvText;
import dev.lethe.tracker.rank.Direction;
import dev.lethe.tracker.rank.Ranking;
import dev.lethe.tracker.rank.TieBreak;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;

/**
 * List of all training images in {@code suspects.csv}: those whose label is likeliest wrong come first, with the class
 * that most runs predicted at the last presentation.
 */
public final class Suspects {
    private final DataSet data;
    private final StudyContext context;
    private final BitSet wrong;

    /**
     * Makes a list of suspects.
     *
     * @param data data set that the runs were trained on
     * @param context runs that suspect
     * @param wrong examples whose label is known to be wrong; empty where none are known
     */
    public Suspects(DataSet data, StudyContext context, BitSet wrong) {
        this.data = data;
        this.context = context;
        this.wrong = wrong;
    }

    /** Writes the list as CSV, the most suspect images first. */
    public void write(Path file) throws IOException {
        List<WeightedMeans> weighted = new ArrayList<>();
        List<int[]> predictions = new ArrayList<>();
        for (FinishedRun run : context.seeds()) {
            weighted.add(run.weightedMeans());
            predictions.add(run.predictions());
        }
        double[] scores = LabelSuspicion.combined(weighted);
        Ranking ranking = Ranking.byScore(scores, Direction.DESCENDING, TieBreak.byId());
        StringBuilder csv = new StringBuilder(ExampleTables.HEADER).append(",predicted,predicted_id,score")
                .append(wrong.isEmpty() ? "" : ",label_is_wrong")
                .append('\n');
        for (int rank = 0; rank < ranking.ranked(); rank++) {
            int id = ranking.example(rank);
            int predicted = prediction(predictions, id);
            csv.append(ExampleTables.cells(data.train(), id, data)).append(',')
                    .append(CsvText.cell(data.classNames().get(predicted))).append(',').append(predicted)
                    .append(',').append((float) scores[id]);
            if (!wrong.isEmpty()) {
                csv.append(',').append(wrong.get(id) ? 1 : 0);
            }
            csv.append('\n');
        }
        AtomicFiles.write(file, csv);
    }

    /** Returns the class that most runs predicted; the lowest of several. */
    private int prediction(List<int[]> predictions, int id) {
        int[] votes = new int[data.classes()];
        int best = 0;
        for (int[] run : predictions) {
            if (run[id] >= 0) {
                votes[run[id]]++;
            }
        }
        for (int label = 1; label < votes.length; label++) {
            best = votes[label] > votes[best] ? label : best;
        }
        return best;
    }
}
