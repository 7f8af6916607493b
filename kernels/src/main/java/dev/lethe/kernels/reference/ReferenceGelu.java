package dev.lethe.kernels.reference;

import dev.lethe.kernels.PointwiseOp;

/** Gaussian error linear units (Hendrycks and Gimpel, 2016), in their exact form. */
public final class ReferenceGelu {
    /** Beyond it the distribution is 0 or 1 in double precision. */
    private static final double LARGEST = 8.3;

    private ReferenceGelu() {}

    static void forward(ReferenceProgram program, PointwiseOp.GeluForward op) {
        double[] x = program.values(op.input());
        double[] y = program.values(op.output());
        for (int i = 0; i < y.length; i++) {
            y[i] = x[i] * distribution(x[i]);
        }
    }

    static void backward(ReferenceProgram program, PointwiseOp.GeluBackward op) {
        double[] x = program.values(op.input());
        double[] dy = program.values(op.outputGradient());
        double[] dx = program.values(op.inputGradient());
        for (int i = 0; i < dx.length; i++) {
            dx[i] = dy[i] * (distribution(x[i]) + x[i] * density(x[i]));
        }
    }

    /** The density of the standard normal distribution. */
    public static double density(double x) {
        return Math.exp(-x * x / 2) / Math.sqrt(2 * Math.PI);
    }

    /**
     * The standard normal distribution function, {@code (1 + erf(x / sqrt 2)) / 2}:
     * {@code 1/2 + density(x) (x + x^3/3 + x^5/(3 5) + ...)} (Marsaglia, "Evaluating the normal distribution", 2004).
     */
    public static double distribution(double x) {
        if (Math.abs(x) > LARGEST) {
            return x < 0 ? 0 : 1;
        }
        double term = x;
        double sum = x;
        double before = Double.NaN;
        for (int i = 3; sum != before; i += 2) {
            before = sum;
            term *= x * x / i;
            sum += term;
        }
        return 0.5 + density(x) * sum;
    }
}
