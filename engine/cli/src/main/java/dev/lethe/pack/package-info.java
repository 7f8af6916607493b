/** Packs: archives of Lethe with their own Java runtime, for machines without Java. */
@NullMarked
package dev.lethe.pack;

import org.jspecify.annotations.NullMarked;
