/** The team of threads that run a plan together, each on its slice of the batch. */
package dev.lethe.nativelib.cpu.team;
