/**
 * The operations over bit planes and columns of values, their scalar twin, and the choice between the twin and the
 * Vector API.
 */
package dev.lethe.tracker.plane;
