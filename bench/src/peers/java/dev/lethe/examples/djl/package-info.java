/** The tracker in a training loop of DJL. */
package dev.lethe.examples.djl;
