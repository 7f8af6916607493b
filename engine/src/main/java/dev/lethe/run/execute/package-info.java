/** Execution of plans of runs: trains what is not finished, several runs at once where memory allows. */
package dev.lethe.run.execute;
