/** The reading of files into memory of the reader, and the naming of finished files. */
package dev.lethe.tracker.io;
