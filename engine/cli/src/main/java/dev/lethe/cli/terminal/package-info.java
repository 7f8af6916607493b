/** Output to people at a terminal: progress, failures as sentences, text without control characters. */
@NullMarked
package dev.lethe.cli.terminal;

import org.jspecify.annotations.NullMarked;
