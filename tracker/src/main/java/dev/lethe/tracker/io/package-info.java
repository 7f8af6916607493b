/** Reading files into memory of the reader's own, and giving finished files their names. */
package dev.lethe.tracker.io;
