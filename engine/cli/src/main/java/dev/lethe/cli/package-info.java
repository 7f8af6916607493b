/** The commands: the only place that wires data, networks, runs, studies and reports together. */
@NullMarked
package dev.lethe.cli;

import org.jspecify.annotations.NullMarked;
