/**
 * Training runs as values: settings, changed training sets, procedures, rankings, plans. A plan trains what its folder
 * of runs does not have yet; {@code dev.lethe.run.execute} trains it.
 *
 * {@snippet file="dev/lethe/run/SnippetsTest.java" region="plan"}
 */
@NullMarked
package dev.lethe.run;

import org.jspecify.annotations.NullMarked;
