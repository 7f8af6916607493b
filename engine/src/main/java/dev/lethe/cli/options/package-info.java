/** Groups of command-line options that several commands share. */
package dev.lethe.cli.options;
