/** The reading of files into memory of the reader, and the naming of finished files. */
@NullMarked
package dev.lethe.tracker.io;

import org.jspecify.annotations.NullMarked;
