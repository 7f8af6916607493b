/** The rules that leave examples out of a training set, and the selections that they make. */
package dev.lethe.tracker.select;
