package dev.lethe.train;

/**
 * Loss whose gradient is compared with differences of its losses. For the sum L of the losses of a batch, a logit z and
 * a step h, the gradient must lie between the slopes on both sides,
 *
 * <pre>
 * (L(z) - L(z - h)) / h   and   (L(z + h) - L(z)) / h,
 * </pre>
 *
 * up to a tolerance for the rounding of losses that are computed in floats. The expected value is the central
 * difference, the mean of the two.
 *
 * @param loss loss to check
 */
record CheckedLoss(LossFunction loss) implements LossFunction {
    private static final float STEP = 1.0f / 128; // exact in floats, as are sums with most logits
    private static final double TOLERANCE = 1e-3;

    @Override
    public void compute(LogitBatch batch) {
        loss.compute(batch);
        float[] logits = batch.logits().clone();
        for (int i = 0; i < logits.length; i++) {
            require(batch, logits, i);
        }
    }

    private void require(LogitBatch batch, float[] logits, int index) {
        float value = logits[index];
        float step = Math.max(STEP, Math.ulp(value) * 1024);
        double[] above = losses(batch, logits, index, value + step);
        double[] below = losses(batch, logits, index, value - step);
        logits[index] = value;
        double left = 0;
        double right = 0;
        double largest = 1;
        for (int n = 0; n < above.length; n++) { // losses of other examples cancel out exactly
            double here = batch.losses()[n];
            right += (above[n] - here) / step;
            left += (here - below[n]) / step;
            largest = Math.max(largest, Math.abs(here));
        }
        double expected = (left + right) / 2;
        double got = batch.gradients()[index];
        double tolerance = TOLERANCE * (1 + Math.abs(expected)) + 4 * Math.ulp((float) largest) / step;
        if (!(got >= Math.min(left, right) - tolerance && got <= Math.max(left, right) + tolerance)) {
            throw new IllegalStateException("the gradient of the loss is wrong for example "
                    + batch.ids()[index / batch.classes()] + " and class " + index % batch.classes() + ": expected "
                    + (float) expected + " by central differences, got " + (float) got
                    + ": give the derivative of the sum of the batch's losses with respect to each logit");
        }
    }

    private double[] losses(LogitBatch batch, float[] logits, int index, float value) {
        logits[index] = value;
        LogitBatch moved = new LogitBatch(logits.clone(), batch.labels(), batch.ids());
        loss.compute(moved);
        return moved.losses();
    }

    @Override
    public LossFunction checked() {
        return this;
    }
}
