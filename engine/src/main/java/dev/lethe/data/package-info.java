/** Data sets: images and labels in native memory, how they are read, and the order in which they are presented. */
package dev.lethe.data;
