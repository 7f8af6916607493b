/** The bit planes of a history's epochs as a table in memory, for scans over all of them. */
@NullMarked
package dev.lethe.tracker.table;

import org.jspecify.annotations.NullMarked;
