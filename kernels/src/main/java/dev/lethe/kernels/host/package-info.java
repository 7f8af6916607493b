/** Facts about this machine and the files that Lethe keeps on it: its processor, the cache folder, timings. */
package dev.lethe.kernels.host;
