/** Downloads data sets from their authors' sites: resumed where they were cut off, verified, unpacked. */
package dev.lethe.data.fetch;
