/** Data sets: images and labels in native memory, their readers, and changes of them such as noise. */
@NullMarked
package dev.lethe.data;

import org.jspecify.annotations.NullMarked;
