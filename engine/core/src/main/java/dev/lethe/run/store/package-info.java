/** Folders of training runs: what a run leaves, and how finished runs are found, verified and read. */
@NullMarked
package dev.lethe.run.store;

import org.jspecify.annotations.NullMarked;
