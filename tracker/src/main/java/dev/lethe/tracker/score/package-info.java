/** The scores computed from histories: of one run after any number of epochs, and over several runs. */
package dev.lethe.tracker.score;
