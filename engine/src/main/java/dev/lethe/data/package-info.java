/** Data sets: images and labels in native memory, their readers, and changes of them such as noise. */
package dev.lethe.data;
