/** Execution of plans of runs: trains what is not finished, several runs at once where memory allows. */
@NullMarked
package dev.lethe.run.execute;

import org.jspecify.annotations.NullMarked;
