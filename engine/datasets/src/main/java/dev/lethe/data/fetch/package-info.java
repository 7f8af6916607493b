/** Downloads of data sets from their authors' sites: resumed after interruptions, verified, unpacked. */
@NullMarked
package dev.lethe.data.fetch;

import org.jspecify.annotations.NullMarked;
