/**
 * Scores and histories for other tools, and scores of other tools for comparison: NumPy's {@code .npy} and
 * {@code .npz}, CSV, and the ordering that the code of Toneva et al. 2019 writes.
 *
 * <pre>{@code
 * ScoreTable.of(RunScores.of(history)).writeNpz(file); // np.load(file)["forgetting_events"]
 * ImportedScores peer = ImportedScores.csv(table, "sample_id", "aum", examples);
 * }</pre>
 *
 * Files are written beside their name and renamed when they are whole. What is read is not trusted: a file that is not
 * what it should be ends in an {@link dev.lethe.tracker.interchange.InterchangeException} that names file and place, no
 * code of a pickle is run, and no more memory is taken than the file's own size explains.
 */
package dev.lethe.tracker.interchange;
