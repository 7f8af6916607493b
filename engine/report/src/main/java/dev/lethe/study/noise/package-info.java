/** Studies of noisy examples: wrong labels and the scores that find them, and noise in images. */
@NullMarked
package dev.lethe.study.noise;

import org.jspecify.annotations.NullMarked;
