/** Files that survive crashes: written whole or not at all, locked, and cleared of what killed processes left. */
package dev.lethe.io;
