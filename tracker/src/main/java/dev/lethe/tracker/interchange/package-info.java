/**
 * The exchange of scores and histories with other tools: NumPy's {@code .npy} and {@code .npz}, CSV, and the ordering
 * that the code of Toneva et al. 2019 writes.
 *
 * {@snippet file="dev/lethe/tracker/interchange/SnippetsTest.java" region="exchange"}
 *
 * Files are written under a temporary name and renamed when they are whole. Files that are read are not trusted: one
 * with a fault is refused by an {@link dev.lethe.tracker.interchange.InterchangeException} that names file and place,
 * no code of a pickle is run, and no more memory is taken than the file's own size explains.
 */
@NullMarked
package dev.lethe.tracker.interchange;

import org.jspecify.annotations.NullMarked;
