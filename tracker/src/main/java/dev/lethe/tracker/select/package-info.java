/** The rules that leave examples out of a training set, and the selections that they make. */
@NullMarked
package dev.lethe.tracker.select;

import org.jspecify.annotations.NullMarked;
