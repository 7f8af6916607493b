/** The commands of studies. */
@NullMarked
package dev.lethe.cli.study;

import org.jspecify.annotations.NullMarked;
