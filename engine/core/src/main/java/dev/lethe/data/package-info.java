/**
 * Data sets: images and labels in native memory, their readers, and changes of them such as noise. A folder of images
 * has a folder for each class:
 *
 * {@snippet file="dev/lethe/data/SnippetsTest.java" region="folder"}
 */
@NullMarked
package dev.lethe.data;

import org.jspecify.annotations.NullMarked;
