package dev.lethe.examples;

import dev.lethe.tracker.ForgettingTracker;

/** Records a presentation of which a training loop has the logits. */
public final class LogitRecorder {
    private LogitRecorder() {}

    /** See {@link ForgettingTracker#record(int, boolean, float, float, float, float)}. */
    // snippet
    public static void record(ForgettingTracker tracker, int example, float[] logits, int label) {
        int predicted = 0;
        float other = Float.NEGATIVE_INFINITY; // the largest logit of a class that is not the label's
        for (int c = 0; c < logits.length; c++) {
            predicted = logits[c] > logits[predicted] ? c : predicted;
            other = c != label ? Math.max(other, logits[c]) : other;
        }
        double sum = 0;
        for (float logit : logits) {
            sum += Math.exp(logit - logits[predicted]);
        }
        double squares = 0;
        for (int c = 0; c < logits.length; c++) {
            double error = Math.exp(logits[c] - logits[predicted]) / sum - (c == label ? 1 : 0);
            squares += error * error;
        }
        float margin = logits[label] - other;
        float el2n = (float) Math.sqrt(squares);
        float probability = (float) (Math.exp(logits[label] - logits[predicted]) / sum);
        float loss = (float) (Math.log(sum) + logits[predicted] - logits[label]);
        tracker.record(example, predicted == label, margin, el2n, probability, loss);
    }
    // end
}
