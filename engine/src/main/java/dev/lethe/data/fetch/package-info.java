/** Downloads of data sets from their authors' sites: resumed after interruptions, verified, unpacked. */
package dev.lethe.data.fetch;
