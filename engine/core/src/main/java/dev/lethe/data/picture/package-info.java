/** Pictures: files of image formats, read by their content to the pixels that Pillow shows. */
@NullMarked
package dev.lethe.data.picture;

import org.jspecify.annotations.NullMarked;
