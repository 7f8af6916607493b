/** Native memory and native functions through the JDK's foreign function and memory API. */
package dev.lethe.nativelib.ffm;
