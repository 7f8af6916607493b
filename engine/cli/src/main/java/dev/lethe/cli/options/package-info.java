/** Groups of command-line options that several commands share. */
@NullMarked
package dev.lethe.cli.options;

import org.jspecify.annotations.NullMarked;
