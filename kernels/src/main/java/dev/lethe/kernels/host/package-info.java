/** Facts about this machine and the files that Lethe keeps on it: its processor, the cache folder, timings. */
@NullMarked
package dev.lethe.kernels.host;

import org.jspecify.annotations.NullMarked;
