/** Folders of training runs: what a run leaves, and how finished runs are found, verified and read. */
package dev.lethe.run.store;
