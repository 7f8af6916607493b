/**
 * The CPU backend: oneDNN primitives for products, Vector API passes for the rest, run by a team of workers that each
 * take a share of the batch.
 */
package dev.lethe.nativelib.onednn;
