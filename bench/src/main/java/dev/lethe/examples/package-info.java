/**
 * The tracker in other people's training loops: the code of docs/using-the-tracker.md. It stands in this module because
 * it starts where a user does, outside the tracker and with its public classes alone, and because {@code bench.jar} can
 * run it. What needs another library than the JDK's is compiled in the profile {@code peers}.
 */
@NullMarked
package dev.lethe.examples;

import org.jspecify.annotations.NullMarked;
