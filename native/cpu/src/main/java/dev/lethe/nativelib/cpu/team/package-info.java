/** The team of threads that run a plan together, each on its slice of the batch. */
@NullMarked
package dev.lethe.nativelib.cpu.team;

import org.jspecify.annotations.NullMarked;
