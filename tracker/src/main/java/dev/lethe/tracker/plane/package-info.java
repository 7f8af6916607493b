/**
 * What is computed over bit planes and value columns: the operations, their scalar twin, and the choice between the
 * twin and the Vector API.
 */
package dev.lethe.tracker.plane;
