/** The commands: the only place that wires data, networks, runs, studies and reports together. */
package dev.lethe.cli;
