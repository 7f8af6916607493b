/** The scores computed from histories: of one run after any number of epochs, and over several runs. */
@NullMarked
package dev.lethe.tracker.score;

import org.jspecify.annotations.NullMarked;
