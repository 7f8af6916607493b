/** The oneDNN library: its loading, its objects and their lifetimes, and its primitives and memory descriptors. */
package dev.lethe.nativelib.cpu.onednn;
