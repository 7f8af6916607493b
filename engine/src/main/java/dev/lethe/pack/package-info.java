/** Packs: archives of Lethe with their own Java runtime, for machines without Java. */
package dev.lethe.pack;
