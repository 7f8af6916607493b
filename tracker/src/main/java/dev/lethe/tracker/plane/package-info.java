/**
 * The operations over bit planes and columns of values, their scalar twin, and the choice between the twin and the
 * Vector API.
 */
@NullMarked
package dev.lethe.tracker.plane;

import org.jspecify.annotations.NullMarked;
