/** Study of unforgettable examples: their share, distributions of forgetting events, galleries of images. */
package dev.lethe.study.forgetting;
