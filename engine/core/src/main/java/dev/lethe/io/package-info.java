/** Files that survive crashes: written whole or not at all, locked, and cleared of what killed processes left; JSON. */
@NullMarked
package dev.lethe.io;

import org.jspecify.annotations.NullMarked;
