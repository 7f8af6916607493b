/**
 * Plain scalar loops in double precision that read like the formulas: the oracle that every backend is tested against,
 * and a backend of its own that runs anywhere, slowly.
 */
@NullMarked
package dev.lethe.kernels.reference;

import org.jspecify.annotations.NullMarked;
