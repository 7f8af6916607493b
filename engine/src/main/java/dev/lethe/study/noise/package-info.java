/** Studies of noisy examples: wrong labels and how scores find them, and noise in images. */
package dev.lethe.study.noise;
