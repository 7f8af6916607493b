/** Studies of noisy examples: wrong labels and the scores that find them, and noise in images. */
package dev.lethe.study.noise;
