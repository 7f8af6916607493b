/** Reading files into memory of the reader's own. */
package dev.lethe.tracker.io;
