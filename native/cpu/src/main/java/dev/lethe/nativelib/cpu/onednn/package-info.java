/** The oneDNN library: its loading, its objects and their lifetimes, and its primitives and memory descriptors. */
@NullMarked
package dev.lethe.nativelib.cpu.onednn;

import org.jspecify.annotations.NullMarked;
