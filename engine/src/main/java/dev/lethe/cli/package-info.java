/** The commands: the only place that wires data, models, training, tracking, studies and reports together. */
package dev.lethe.cli;
