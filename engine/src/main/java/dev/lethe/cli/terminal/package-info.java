/** Output to people at a terminal: progress, failures as sentences, text without control characters. */
package dev.lethe.cli.terminal;
