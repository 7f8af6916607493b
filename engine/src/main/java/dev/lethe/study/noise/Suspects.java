package dev.lethe.study.noise;

import dev.lethe.data.DataSet;
import dev.lethe.io.AtomicFiles;
import dev.lethe.run.store.FinishedRun;
import dev.lethe.run.store.WeightedMeans;
import dev.lethe.study.StudyContext;
import dev.lethe.tracker.rank.Direction;
import dev.lethe.tracker.rank.Ranking;
import dev.lethe.tracker.rank.TieBreak;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;

/**
 * {@code suspects.csv}: all training images, those first whose label is likeliest wrong, with what most runs took them
 * for in the end.
 */
public final class Suspects {
    private final DataSet data;
    private final StudyContext context;
    private final BitSet wrong;

    /**
     * A list of suspects.
     *
     * @param wrong labels that are known to be wrong; empty where none are known
     */
    public Suspects(DataSet data, StudyContext context, BitSet wrong) {
        this.data = data;
        this.context = context;
        this.wrong = wrong;
    }

    /** Writes the suspected label errors as CSV, the most suspicious first. */
    public void write(Path file) throws IOException {
        List<WeightedMeans> weighted = new ArrayList<>();
        List<int[]> predictions = new ArrayList<>();
        for (FinishedRun run : context.seeds()) {
            weighted.add(run.weightedMeans());
            predictions.add(run.predictions());
        }
        double[] scores = LabelSuspicion.combined(weighted);
        Ranking ranking = Ranking.byScore(scores, Direction.DESCENDING, TieBreak.byId());
        StringBuilder csv = new StringBuilder("id,label,predicted,score")
                .append(wrong.isEmpty() ? "" : ",label_is_wrong")
                .append('\n');
        for (int rank = 0; rank < ranking.ranked(); rank++) {
            int id = ranking.example(rank);
            csv.append(id).append(',').append(data.train().label(id)).append(',').append(prediction(predictions, id))
                    .append(',').append((float) scores[id]);
            if (!wrong.isEmpty()) {
                csv.append(',').append(wrong.get(id) ? 1 : 0);
            }
            csv.append('\n');
        }
        AtomicFiles.write(file, csv);
    }

    /** What most runs predicted; the lowest class of several. */
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
