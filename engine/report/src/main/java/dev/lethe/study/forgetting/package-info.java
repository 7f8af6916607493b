/** Study of unforgettable examples: their share, distributions of forgetting events, galleries of images. */
@NullMarked
package dev.lethe.study.forgetting;

import org.jspecify.annotations.NullMarked;
